respuesta = f"""
FROM muelle/base
RUN mkdir /datos && chown alumno /datos
CMD ["sh", "-c", "date > /datos/inicio && exec servir {valores["puerto"]}"]
"""
