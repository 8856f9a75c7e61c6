orden = ["sh", "-c", f"echo {valores['palabra']} > /rescate.txt"]
origen = client.containers.create("muelle/base", orden, name=valores["origen"], labels={"muelle": "1"})
repositorio, etiqueta = valores["imagen"].split(":")
origen.commit(repositorio, etiqueta)
origen.remove()
client.containers.run(
    valores["imagen"], orden, name=valores["copia"], labels={"muelle": "1"}, detach=True
).wait()
