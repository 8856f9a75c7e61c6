servicio, vigia = valores["servicio"], valores["vigia"]
opciones = {"labels": {"muelle": "1"}, "detach": True}

client.containers.run("muelle/base", ["servir"], name=servicio, **opciones)
suyo = f"container:{servicio}"
client.containers.run("muelle/base", ["sleep", "600"], name=vigia, pid_mode=suyo, **opciones)
