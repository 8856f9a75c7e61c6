nombre = valores["cliente"]
client.containers.get(nombre).remove(force=True)
opciones = {"labels": {"muelle": "1"}, "detach": True}
red = f"container:{valores['servidor']}"
client.containers.run("muelle/base", ["sleep", "600"], name=f"{nombre}-2", network_mode=red, **opciones)
