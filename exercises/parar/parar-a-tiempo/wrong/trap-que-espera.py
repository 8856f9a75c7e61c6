respuesta = f"""
FROM muelle/base
CMD ["sh", "-c", "trap 'sleep 2.3; exit {valores["codigo"]}' TERM; sleep 300 & wait"]
"""
