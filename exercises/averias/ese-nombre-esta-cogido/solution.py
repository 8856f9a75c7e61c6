nombre = valores["nombre"]
client.containers.get(nombre).rename(f"{nombre}-viejo")
client.containers.run(valores["imagen"], name=nombre, labels={"muelle": "1"}, detach=True)
