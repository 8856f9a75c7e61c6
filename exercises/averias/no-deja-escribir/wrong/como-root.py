nombre = valores["nombre"]
client.containers.get(nombre).remove(force=True)
opciones = {"volumes": [f"{valores['volumen']}:/datos"], "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["sleep", "600"], name=nombre, **opciones)
