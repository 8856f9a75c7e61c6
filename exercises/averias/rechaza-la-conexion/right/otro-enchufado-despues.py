nombre, puerto = valores["servidor"], valores["puerto"]
viejo = client.containers.get(nombre)
viejo.rename(f"{nombre}-viejo")
viejo.kill()
guion = f"exec httpd -f -h /www -p {puerto}"
opciones = {"labels": {"muelle": "1"}, "detach": True}
nuevo = client.containers.run("muelle/base", ["sh", "-c", guion], name=nombre, **opciones)
client.networks.get(valores["red"]).connect(nuevo)
