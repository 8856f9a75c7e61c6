servidor, cliente, red = valores["servidor"], valores["cliente"], valores["red"]
client.networks.create(red, driver="bridge", labels={"muelle": "1"})
opciones = {"network": red, "labels": {"muelle": "1"}, "detach": True}
puertos = {"80/tcp": ("127.0.0.1", None)}
client.containers.run("muelle/base", ["servir"], name=servidor, ports=puertos, **opciones)
client.containers.run("muelle/base", ["sleep", "600"], name=cliente, **opciones)
