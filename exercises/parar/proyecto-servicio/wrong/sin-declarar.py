respuesta = f"""
FROM muelle/base
RUN echo {valores["palabra"]} > /www/index.html
CMD ["sh", "-c", "httpd -f -h /www -p {valores["puerto"]} & trap 'kill $!; exit 0' TERM; wait"]
"""
