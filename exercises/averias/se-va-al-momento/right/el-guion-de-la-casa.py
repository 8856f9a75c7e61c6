nombre = valores["nombre"]
client.containers.get(nombre).rename(f"{nombre}-roto")
client.containers.run("muelle/base", ["servir"], name=nombre, labels={"muelle": "1"}, detach=True)
