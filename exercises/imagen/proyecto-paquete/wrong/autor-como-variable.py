ruta = valores["ruta"]
respuesta = f"""
FROM muelle/base
COPY carta.txt {ruta}
ENV autor={valores["autor"]}
CMD ["cat", "{ruta}"]
"""
