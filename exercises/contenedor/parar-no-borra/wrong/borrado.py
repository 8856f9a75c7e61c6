nombre = valores["nombre"]
opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
contenedor = client.containers.run("muelle/base", name=nombre, detach=True, **opciones)
contenedor.remove(force=True)
