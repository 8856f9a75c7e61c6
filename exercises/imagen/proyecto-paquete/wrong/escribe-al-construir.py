ruta = valores["ruta"]
respuesta = f"""
FROM muelle/base
COPY carta.txt {ruta}
LABEL autor={valores["autor"]}
"""
