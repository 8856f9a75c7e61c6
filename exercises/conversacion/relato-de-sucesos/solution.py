import time

nombre, codigo = valores["nombre"], valores["codigo"]
for viejo in client.containers.list(all=True, filters={"name": nombre}):
    viejo.remove(force=True)
contenedor = client.containers.run(
    "muelle/base", ["sh", "-c", f"exit {codigo}"], name=nombre, labels={"muelle": "1"}, detach=True
)
contenedor.wait()
respuesta = []
limite = time.monotonic() + 10
while "die" not in respuesta and time.monotonic() < limite:
    eventos = client.events(
        since=0, until=int(time.time()) + 1, filters={"container": contenedor.id}, decode=True
    )
    respuesta = [evento["Action"] for evento in eventos]
