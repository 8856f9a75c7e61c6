nombre, puerto = valores["servidor"], valores["puerto"]
client.containers.get(nombre).remove(force=True)
orden = ["httpd", "-f", "-h", "/www", "-p", f"127.0.0.1:{puerto}"]
puertos = {f"{puerto}/tcp": ("127.0.0.1", None)}
opciones = {"network": valores["red"], "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", orden, name=nombre, ports=puertos, **opciones)
