nombre, codigo = valores["nombre"], valores["codigo"]
client.containers.run(
    "muelle/base", ["sh", "-c", f"exit {codigo}"], name=nombre, labels={"muelle": "1"}, detach=True
).wait()
respuesta = ["run", "stop"]
