nombre, volumen = valores["nombre"], valores["volumen"]
client.containers.get(nombre).remove(force=True)
opciones = {"labels": {"muelle": "1"}, "volumes": [f"{volumen}:/datos"], "detach": True}
client.containers.run(valores["imagen"], name=nombre, **opciones)
