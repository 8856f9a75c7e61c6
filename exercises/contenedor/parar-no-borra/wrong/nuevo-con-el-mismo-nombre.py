nombre, palabra = valores["nombre"], valores["palabra"]
opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
contenedor = client.containers.run("muelle/base", name=nombre, detach=True, **opciones)
contenedor.stop(timeout=0)
contenedor.remove()
contenedor = client.containers.run("muelle/base", name=nombre, detach=True, **opciones)
contenedor.exec_run(["sh", "-c", f"echo {palabra} > /apuntes.txt"])
