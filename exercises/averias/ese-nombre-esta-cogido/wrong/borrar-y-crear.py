nombre = valores["nombre"]
client.containers.get(nombre).remove(force=True)
client.containers.run(valores["imagen"], name=nombre, labels={"muelle": "1"}, detach=True)
