respuesta = f"""
FROM muelle/base
EXPOSE {valores["puerto"]}
CMD ["httpd", "-f", "-h", "/www", "-p", "127.0.0.1:{valores["puerto"]}"]
"""
