nombre = valores["nombre"]
viejo = client.containers.get(nombre)
viejo.kill()
viejo.rename(f"{nombre}-viejo")
client.containers.run(valores["imagen"], name=nombre, detach=True, labels={"muelle": "1"})
