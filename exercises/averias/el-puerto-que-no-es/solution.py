nombre, puerto = valores["nombre"], valores["puerto"]
client.containers.get(nombre).remove(force=True)
puertos = {f"{puerto}/tcp": ("127.0.0.1", None)}
opciones = {"ports": puertos, "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["servir", str(puerto)], name=nombre, **opciones)
