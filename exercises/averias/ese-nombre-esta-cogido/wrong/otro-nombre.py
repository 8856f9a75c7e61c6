nombre = f"{valores['nombre']}-2"
client.containers.run(valores["imagen"], name=nombre, labels={"muelle": "1"}, detach=True)
