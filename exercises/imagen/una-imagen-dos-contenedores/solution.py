a, b = valores["nombre_a"], valores["nombre_b"]
opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
for nombre in (a, b):
    for viejo in client.containers.list(all=True, filters={"name": nombre}):
        viejo.remove(force=True)
client.containers.run("muelle/base", name=a, detach=True, **opciones)
client.containers.create("muelle/base", name=b, **opciones)
