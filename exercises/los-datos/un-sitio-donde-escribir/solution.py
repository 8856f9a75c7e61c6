respuesta = f"""
FROM muelle/base
RUN mkdir {valores["carpeta"]} && chown {valores["usuario"]} {valores["carpeta"]}
USER {valores["usuario"]}
CMD ["sleep", "600"]
"""
