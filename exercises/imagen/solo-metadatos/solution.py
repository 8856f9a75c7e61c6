respuesta = "FROM muelle/base\n" + "\n".join(f"LABEL nota{n}=si" for n in range(valores["filas"]))
