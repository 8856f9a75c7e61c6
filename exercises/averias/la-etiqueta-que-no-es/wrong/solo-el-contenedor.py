nombre, repositorio = valores["nombre"], valores["repositorio"]
client.containers.get(nombre).remove(force=True)
opciones = {"labels": {"muelle": "1"}, "detach": True}
client.containers.run(f"{repositorio}:2", ["servir"], name=nombre, **opciones)
