client.containers.get(valores["nombre"]).remove(force=True)
client.containers.run(valores["imagen"], name=valores["nombre"], detach=True, labels={"muelle": "1"})
