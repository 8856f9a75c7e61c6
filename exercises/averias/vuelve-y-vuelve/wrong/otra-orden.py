nombre, politica = valores["nombre"], {"Name": "always"}
client.containers.get(nombre).remove(force=True)
opciones = {"restart_policy": politica, "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["sleep", "600"], name=nombre, **opciones)
