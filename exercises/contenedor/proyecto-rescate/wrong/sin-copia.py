contenedor = client.containers.create("muelle/base", ["true"], name=valores["origen"], labels={"muelle": "1"})
contenedor.remove()
