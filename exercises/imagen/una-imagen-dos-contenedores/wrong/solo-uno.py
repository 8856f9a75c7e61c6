opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
client.containers.run("muelle/base", name=valores["nombre_a"], detach=True, **opciones)
