nombre = valores["nombre"]
viejo, nuevo = f"{nombre}-datos", f"{nombre}-dato"
opciones = {"volumes": [f"{viejo}:/de", f"{nuevo}:/a"], "labels": {"muelle": "1"}}
orden = ["cp", "/de/apuntes.txt", "/a/"]
client.containers.run("muelle/base", orden, name=f"{nombre}-mudanza", **opciones)
