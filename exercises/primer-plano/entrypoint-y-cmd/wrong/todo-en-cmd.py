respuesta = f"""
FROM muelle/base
CMD ["echo", "{valores["saludo"]}", "{valores["quien"]}"]
"""
