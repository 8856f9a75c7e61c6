respuesta = f"""
FROM muelle/base
RUN echo {valores["palabra"]} > /www/index.html
EXPOSE {valores["puerto"]}
CMD ["sh", "-c", "httpd -f -h /www -p {valores["puerto"]} & trap 'kill $!; exit 0' TERM; wait"]
"""
