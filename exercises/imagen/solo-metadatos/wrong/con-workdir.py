lineas = [f"LABEL nota{n}=si" for n in range(valores["filas"] - 1)]
respuesta = "\n".join(["FROM muelle/base", *lineas, "WORKDIR /www"])
