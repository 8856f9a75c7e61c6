nombre, nuevo = valores["nombre"], valores["nuevo"]
orden = f"touch {nuevo}; echo otro > /etc/motd; echo > /www/index.html"
client.containers.run(
    "muelle/base", ["sh", "-c", orden], name=nombre, labels={"muelle": "1"}, detach=True
).wait()
