servicio, vigia = valores["servicio"], valores["vigia"]
opciones = {"labels": {"muelle": "1"}, "detach": True}

client.containers.run("muelle/base", ["sh", "-c", "servir &"], name=servicio, **opciones).wait()
client.containers.run("muelle/base", ["sleep", "600"], name=vigia, **opciones)
