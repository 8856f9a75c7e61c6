nombre, palabra = valores["nombre"], valores["palabra"]
opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
for viejo in client.containers.list(all=True, filters={"name": nombre}):
    viejo.remove(force=True)
contenedor = client.containers.run("muelle/base", name=nombre, detach=True, **opciones)
contenedor.exec_run(["sh", "-c", f"echo {palabra} > /apuntes.txt"])
contenedor.stop(timeout=0)
contenedor.start()
