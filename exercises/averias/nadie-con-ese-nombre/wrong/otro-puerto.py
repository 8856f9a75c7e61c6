nombre = valores["servidor"]
client.containers.get(nombre).remove(force=True)
opciones = {"network": f"{valores['red']}-2", "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["servir", "8080"], name=nombre, **opciones)
