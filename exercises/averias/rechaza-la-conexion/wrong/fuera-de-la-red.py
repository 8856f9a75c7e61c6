nombre, puerto = valores["servidor"], valores["puerto"]
client.containers.get(nombre).remove(force=True)
orden = ["httpd", "-f", "-h", "/www", "-p", f"0.0.0.0:{puerto}"]
opciones = {"labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", orden, name=nombre, **opciones)
