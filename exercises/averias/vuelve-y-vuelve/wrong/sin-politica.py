viejo = client.containers.get(valores["nombre"])
orden = viejo.attrs["Config"]["Cmd"]
viejo.remove(force=True)
opciones = {"environment": {valores["clave"]: "/www"}, "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", orden, name=valores["nombre"], **opciones)
