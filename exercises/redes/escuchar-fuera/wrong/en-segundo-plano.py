respuesta = f"""
FROM muelle/base
CMD ["httpd", "-h", "/www", "-p", "{valores["puerto"]}"]
"""
