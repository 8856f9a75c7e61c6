nombre, volumen = valores["nombre"], valores["volumen"]
client.containers.get(nombre).remove(force=True)
client.volumes.get(volumen).remove()
client.volumes.create(volumen, labels={"muelle": "1"})
opciones = {"labels": {"muelle": "1"}, "volumes": [f"{volumen}:/www"], "detach": True}
client.containers.run(valores["imagen"], name=nombre, **opciones)
