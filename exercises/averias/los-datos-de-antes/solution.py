nombre, etiqueta = valores["nombre"], {"label": "muelle.averia=los-datos-de-antes"}
client.containers.get(nombre).remove(force=True)
for volumen in client.volumes.list(filters=etiqueta):
    opciones = {"volumes": [f"{volumen.name}:/datos"], "labels": {"muelle": "1"}, "detach": True}
    nuevo = client.containers.run("muelle/base", ["sleep", "600"], name=nombre, **opciones)
    if nuevo.exec_run(["test", "-f", "/datos/apuntes.txt"]).exit_code == 0:
        break
    nuevo.remove(force=True)
