servidor, cliente = valores["servidor"], valores["cliente"]
opciones = {"labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["servir"], name=servidor, **opciones)
client.containers.run("muelle/base", ["sleep", "600"], name=cliente, **opciones)
