import time

contenedor = client.containers.run(
    "muelle/base", ["true"], name=valores["nombre"], labels={"muelle": "1"}, detach=True
)
contenedor.wait()
time.sleep(1.1)
sucesos = client.events(since=0, until=int(time.time()), filters={"container": contenedor.id}, decode=True)
respuesta = [suceso["Action"] for suceso in sucesos]
