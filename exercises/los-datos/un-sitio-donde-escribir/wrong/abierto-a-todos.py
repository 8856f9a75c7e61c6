respuesta = f"""
FROM muelle/base
RUN mkdir {valores["carpeta"]} && chmod 777 {valores["carpeta"]}
USER {valores["usuario"]}
"""
