respuesta = f"""
FROM muelle/base
COPY carta.txt {valores["ruta"]}
LABEL autor={valores["autor"]}
CMD ["cat", "{valores["ruta"]}"]
"""
