orden = ["sh", "-c", f"echo {valores['palabra']} > /rescate.txt"]
origen = client.containers.run(
    "muelle/base", orden, name=valores["origen"], labels={"muelle": "1"}, detach=True
)
origen.wait()
imagen = origen.commit()
origen.remove()
client.containers.create(imagen.id, ["true"], name=valores["copia"], labels={"muelle": "1"})
