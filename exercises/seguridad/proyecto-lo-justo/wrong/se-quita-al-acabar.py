puerto, nombre = valores["puerto"], valores["nombre"]
opciones = {"user": "1000", "cap_drop": ["ALL"], "read_only": True, "labels": {"muelle": "1"}}
client.containers.run("muelle/base", ["true"], name=nombre, remove=True, **opciones)
