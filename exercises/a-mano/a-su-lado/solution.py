servicio, vigia = valores["servicio"], valores["vigia"]
opciones = {"labels": {"muelle": "1"}, "detach": True}

for nombre in (vigia, servicio):
    for viejo in client.containers.list(all=True, filters={"name": nombre}):
        viejo.remove(force=True)
client.containers.run("muelle/base", ["servir"], name=servicio, **opciones)
suyo = f"container:{servicio}"
client.containers.run(
    "muelle/base", ["sleep", "600"], name=vigia, network_mode=suyo, pid_mode=suyo, **opciones
)
