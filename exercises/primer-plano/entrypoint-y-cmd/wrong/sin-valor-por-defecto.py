respuesta = f"""
FROM muelle/base
ENTRYPOINT ["echo", "{valores["saludo"]}"]
"""
