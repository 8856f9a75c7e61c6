orden = ["sh", "-c", f"echo {valores['palabra']} > /rescate.txt"]
contenedor = client.containers.run(
    "muelle/base", orden, name=valores["origen"], labels={"muelle": "1"}, detach=True
)
contenedor.wait()
repositorio, etiqueta = valores["imagen"].split(":")
contenedor.commit(repositorio, etiqueta)
client.containers.create(valores["imagen"], ["true"], name=valores["copia"], labels={"muelle": "1"})
