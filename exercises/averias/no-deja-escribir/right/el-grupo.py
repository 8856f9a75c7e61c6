aplicacion = client.containers.get(valores["nombre"])
usuario = valores["usuario"]
aplicacion.exec_run(["sh", "-c", f"chgrp {usuario} /datos && chmod 775 /datos"], user="0")
nombre = valores["nombre"]
aplicacion.remove(force=True)
montaje = [f"{valores['volumen']}:/datos"]
opciones = {"volumes": montaje, "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["sleep", "600"], name=nombre, user=f"{usuario}:{usuario}", **opciones)
