nombre = valores["nombre"]
client.containers.get(nombre).remove(force=True)
opciones = {"ports": {"80/tcp": ("127.0.0.1", None)}, "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["servir"], name=nombre, **opciones)
