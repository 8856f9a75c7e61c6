nombre, repositorio = valores["nombre"], valores["repositorio"]
client.images.get(f"{repositorio}:2").tag(repositorio, "latest")
client.containers.get(nombre).remove(force=True)
opciones = {"labels": {"muelle": "1"}, "detach": True}
client.containers.run(f"{repositorio}:latest", ["servir"], name=nombre, **opciones)
