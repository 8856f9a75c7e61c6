servicio, vigia = valores["servicio"], valores["vigia"]
opciones = {"labels": {"muelle": "1"}, "detach": True}

client.containers.run("muelle/base", ["servir"], name=servicio, **opciones)
