respuesta = f"""
FROM muelle/base
CMD ["sh", "-c", "exit {valores["codigo"]}"]
"""
