respuesta = """
FROM muelle/base
RUN mkdir /datos && chown alumno /datos
USER alumno
CMD ["sh", "-c", "date > /datos/inicio && exec servir 8000"]
"""
