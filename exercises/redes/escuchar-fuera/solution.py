respuesta = f"""
FROM muelle/base
CMD ["httpd", "-f", "-h", "/www", "-p", "{valores["puerto"]}"]
"""
