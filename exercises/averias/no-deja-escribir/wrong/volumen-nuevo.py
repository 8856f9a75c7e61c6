nombre, volumen = valores["nombre"], valores["volumen"]
client.containers.get(nombre).remove(force=True)
client.volumes.get(volumen).remove()
client.volumes.create(volumen, labels={"muelle": "1"})
opciones = {"volumes": [f"{volumen}:/datos"], "labels": {"muelle": "1"}, "detach": True}
usuario = str(valores["usuario"])
nuevo = client.containers.run("muelle/base", ["sleep", "600"], name=nombre, user=usuario, **opciones)
nuevo.exec_run(["chown", usuario, "/datos"], user="0")
