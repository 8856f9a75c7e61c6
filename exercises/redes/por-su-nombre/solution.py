servidor, cliente, red = valores["servidor"], valores["cliente"], valores["red"]
suyo = {"muelle": "1"}
for nombre in (servidor, cliente):
    for viejo in client.containers.list(all=True, filters={"name": nombre}):
        viejo.remove(force=True)
for vieja in client.networks.list(names=[red]):
    vieja.remove()
client.networks.create(red, driver="bridge", labels=suyo)
opciones = {"network": red, "labels": suyo, "detach": True}
client.containers.run("muelle/base", ["servir"], name=servidor, **opciones)
client.containers.run("muelle/base", ["sleep", "600"], name=cliente, **opciones)
