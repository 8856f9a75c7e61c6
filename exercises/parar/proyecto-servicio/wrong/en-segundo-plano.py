respuesta = f"""
FROM muelle/base
RUN echo {valores["palabra"]} > /www/index.html
EXPOSE {valores["puerto"]}
CMD httpd -h /www -p {valores["puerto"]}
"""
