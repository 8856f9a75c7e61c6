respuesta = f"""
FROM muelle/base
RUN mkdir /datos
USER alumno
CMD ["servir", "{valores["puerto"]}"]
"""
