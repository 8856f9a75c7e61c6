ruta = valores["ruta"]
respuesta = f"""
FROM muelle/base
RUN mkdir {ruta.rsplit("/", 1)[0]}
COPY carta.txt {ruta}
LABEL autor={valores["autor"]}
CMD ["cat", "{ruta}"]
"""
