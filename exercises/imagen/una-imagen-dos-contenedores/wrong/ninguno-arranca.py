opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
for nombre in valores.values():
    client.containers.create("muelle/base", name=nombre, **opciones)
