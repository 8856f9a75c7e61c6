import time

contenedor = client.containers.run(
    "muelle/base", ["true"], name=valores["nombre"], labels={"muelle": "1"}, detach=True
)
contenedor.wait()
sucesos = client.events(
    since=0, until=int(time.time()) + 1, filters={"container": contenedor.id}, decode=True
)
respuesta = [suceso["Action"] for suceso in sucesos]
