nombre, imagen = valores["nombre"], valores["imagen"]
arquitectura = client.images.get(imagen).attrs["Architecture"]
client.containers.get(nombre).remove(force=True)
opciones = {"labels": {"muelle": "1"}, "platform": f"linux/{arquitectura}", "detach": True}
client.containers.run(imagen, name=nombre, **opciones)
