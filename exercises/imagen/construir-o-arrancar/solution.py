respuesta = f"""
FROM muelle/base
RUN echo {valores["palabra"]} > /palabra.txt
CMD ["echo", "{valores["frase"]}"]
"""
