respuesta = f"""
FROM muelle/base
RUN mkdir /datos
USER alumno
CMD ["sh", "-c", "date > /datos/inicio && exec servir {valores["puerto"]}"]
"""
