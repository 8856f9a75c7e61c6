respuesta = f"""
FROM muelle/base
COPY carta.txt /carta.txt
LABEL autor={valores["autor"]}
CMD ["cat", "/carta.txt"]
"""
