respuesta = f"""
FROM muelle/base
CMD echo {valores["palabra"]} > /palabra.txt && echo {valores["frase"]}
"""
