contenedor = client.containers.run(
    "muelle/base", ["true"], name=valores["nombre"], labels={"muelle": "1"}, detach=True
)
contenedor.wait()
contenedor.remove()
respuesta = ["create", "start", "die"]
