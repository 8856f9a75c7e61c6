import time

contenedor = client.containers.run(
    "muelle/base", ["true"], name=valores["nombre"], labels={"muelle": "1"}, detach=True
)
contenedor.wait()
eventos = client.events(
    since=0, until=int(time.time()) + 1, filters={"container": contenedor.id}, decode=True
)
respuesta = [evento["Action"] for evento in eventos]
