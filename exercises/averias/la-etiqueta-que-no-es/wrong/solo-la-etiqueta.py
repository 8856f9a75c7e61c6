repositorio = valores["repositorio"]
client.images.get(f"{repositorio}:2").tag(repositorio, "latest")
client.containers.get(valores["nombre"]).restart(timeout=0)
