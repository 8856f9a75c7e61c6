nombre, nuevo = valores["nombre"], valores["nuevo"]
orden = f"touch {nuevo}"
client.containers.run(
    "muelle/base", ["sh", "-c", orden], name=nombre, labels={"muelle": "1"}, detach=True
).wait()
