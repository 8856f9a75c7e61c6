respuesta = f"""
FROM muelle/base
RUN mkdir {valores["carpeta"]}
"""
