import muelle

nombre, volumen = valores["nombre"], valores["volumen"]
imagen, pagina, subida = valores["imagen"], valores["pagina"], valores["subida"]


def construir(texto):
    dockerfile = f"FROM muelle/base\nRUN mkdir /www/subidas && echo {texto} > /www/index.html\n"
    muelle.build(dockerfile, tag=imagen)


def arrancar(carpeta):
    for viejo in client.containers.list(all=True, filters={"name": nombre}):
        viejo.remove(force=True)
    return client.containers.run(
        imagen,
        ["sleep", "600"],
        name=nombre,
        detach=True,
        labels={"muelle": "1"},
        volumes=[f"{volumen}:{carpeta}"],
    )


client.volumes.create(volumen, labels={"muelle": "1"})
construir(pagina)
orden = ["sh", "-c", f"echo {subida} > /www/subidas/foto.txt"]
arrancar("/www/subidas").exec_run(orden)
construir("otra")
