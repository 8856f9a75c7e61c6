servicio, vigia = valores["servicio"], valores["vigia"]
opciones = {"labels": {"muelle": "1"}, "detach": True}

client.containers.run("muelle/base", ["sleep", "600"], name=servicio, **opciones)
suyo = f"container:{servicio}"
client.containers.run(
    "muelle/base", ["sleep", "600"], name=vigia, network_mode=suyo, pid_mode=suyo, **opciones
)
