nombre, nuevo = valores["nombre"], valores["nuevo"]
for viejo in client.containers.list(all=True, filters={"name": nombre}):
    viejo.remove(force=True)
orden = f"touch {nuevo}; echo otro > /etc/motd; rm /www/index.html"
client.containers.run(
    "muelle/base", ["sh", "-c", orden], name=nombre, labels={"muelle": "1"}, detach=True
).wait()
