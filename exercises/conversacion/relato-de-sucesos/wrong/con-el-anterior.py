import time

nombre, orden = valores["nombre"], ["sh", "-c", f"exit {valores['codigo']}"]
opciones = {"name": nombre, "labels": {"muelle": "1"}, "detach": True}
primero = client.containers.run("muelle/base", orden, **opciones)
primero.wait()
primero.remove()
client.containers.run("muelle/base", orden, **opciones).wait()
time.sleep(1)
eventos = client.events(since=0, until=int(time.time()) + 1, filters={"container": nombre}, decode=True)
respuesta = [evento["Action"] for evento in eventos]
