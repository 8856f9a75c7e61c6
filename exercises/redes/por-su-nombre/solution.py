servidor, cliente, red = valores["servidor"], valores["cliente"], valores["red"]
etiqueta = {"muelle": "1"}
for nombre in (servidor, cliente):
    for viejo in client.containers.list(all=True, filters={"name": nombre}):
        viejo.remove(force=True)
for vieja in client.networks.list(names=[red]):
    vieja.remove()
client.networks.create(red, driver="bridge", labels=etiqueta)
opciones = {"network": red, "labels": etiqueta, "detach": True}
client.containers.run("muelle/base", ["servir"], name=servidor, **opciones)
client.containers.run("muelle/base", ["sleep", "600"], name=cliente, **opciones)
