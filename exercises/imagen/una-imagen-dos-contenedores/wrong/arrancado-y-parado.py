opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
for nombre in valores.values():
    contenedor = client.containers.run("muelle/base", name=nombre, detach=True, **opciones)
contenedor.stop(timeout=0)
