nombre, nuevo = valores["nombre"], valores["nuevo"]
orden = f"touch {nuevo}; echo otro > /etc/motd; rm /www/index.html"
client.containers.run("muelle/base", ["sh", "-c", orden], name=nombre, labels={"muelle": "1"}, remove=True)
