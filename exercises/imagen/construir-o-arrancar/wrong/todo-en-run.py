respuesta = f"""
FROM muelle/base
RUN echo {valores["palabra"]} > /palabra.txt && echo {valores["frase"]}
"""
