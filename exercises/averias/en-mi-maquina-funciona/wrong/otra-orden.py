nombre, imagen = valores["nombre"], valores["imagen"]
client.containers.get(nombre).remove(force=True)
opciones = {"labels": {"muelle": "1"}, "detach": True}
client.containers.run(imagen, ["sh", "/bin/servicio"], name=nombre, **opciones)
