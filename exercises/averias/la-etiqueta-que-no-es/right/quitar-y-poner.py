nombre, repositorio = valores["nombre"], valores["repositorio"]
client.images.remove(f"{repositorio}:latest")
client.images.get(f"{repositorio}:2").tag(repositorio)
client.containers.get(nombre).rename(f"{nombre}-de-la-1")
opciones = {"labels": {"muelle": "1"}, "detach": True}
client.containers.run(f"{repositorio}:2", ["servir"], name=nombre, **opciones)
