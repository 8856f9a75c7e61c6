nombre = valores["nombre"]
client.containers.get(nombre).remove(force=True)
opciones = {"stop_signal": "SIGKILL", "labels": {"muelle": "1"}, "detach": True}
client.containers.run(valores["imagen"], ["/servicio"], name=nombre, **opciones)
