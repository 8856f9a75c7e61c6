nombre, repositorio = valores["nombre"], valores["repositorio"]
for etiqueta in ("latest", "1"):
    client.images.get(f"{repositorio}:2").tag(repositorio, etiqueta)
client.containers.get(nombre).remove(force=True)
opciones = {"labels": {"muelle": "1"}, "detach": True}
client.containers.run(f"{repositorio}:latest", ["servir"], name=nombre, **opciones)
