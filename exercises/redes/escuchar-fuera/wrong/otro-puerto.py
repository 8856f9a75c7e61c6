respuesta = f"""
FROM muelle/base
EXPOSE {valores["puerto"]}
CMD ["httpd", "-f", "-h", "/www", "-p", "8000"]
"""
