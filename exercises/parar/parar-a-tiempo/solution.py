respuesta = f"""
FROM muelle/base
CMD ["sh", "-c", "trap 'exit {valores["codigo"]}' TERM; while true; do sleep 300 & wait; done"]
"""
