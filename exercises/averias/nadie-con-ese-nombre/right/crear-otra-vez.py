nombre = valores["servidor"]
client.containers.get(nombre).remove(force=True)
opciones = {"network": valores["red"], "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["servir"], name=nombre, **opciones)
