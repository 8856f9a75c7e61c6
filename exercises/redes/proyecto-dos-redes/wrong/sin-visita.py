tienda, datos, visita = valores["tienda"], valores["datos"], valores["visita"]
fuera, dentro = valores["fuera"], valores["dentro"]
suyo = {"muelle": "1"}
exterior = client.networks.create(fuera, driver="bridge", labels=suyo)
interior = client.networks.create(dentro, driver="bridge", labels=suyo)
opciones = {"labels": suyo, "detach": True}
puertos = {"80/tcp": ("127.0.0.1", None)}
almacen = client.containers.run("muelle/base", ["servir"], name=datos, network=dentro, **opciones)
interior.disconnect(almacen)
interior.connect(almacen, aliases=["almacen"])
escaparate = client.containers.run(
    "muelle/base", ["servir"], name=tienda, network=fuera, ports=puertos, **opciones
)
interior.connect(escaparate)
