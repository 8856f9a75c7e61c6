nombre, dueño = valores["nombre"], valores["usuario"] + 1
client.containers.get(nombre).remove(force=True)
montaje = [f"{valores['volumen']}:/datos"]
opciones = {"volumes": montaje, "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["sleep", "600"], name=nombre, user=str(dueño), **opciones)
