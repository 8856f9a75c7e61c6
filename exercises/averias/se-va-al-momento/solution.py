nombre = valores["nombre"]
client.containers.get(nombre).remove(force=True)
opciones = {"labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["httpd", "-f", "-h", "/www"], name=nombre, **opciones)
