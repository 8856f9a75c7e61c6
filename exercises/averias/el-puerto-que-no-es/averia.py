"""Está publicado un puerto en el que no escucha nadie, o ninguno."""


def break_other(workshop, nombre, puerto):
    command, ports = ["servir", str(puerto)], {"80/tcp": ("127.0.0.1", None)}
    workshop.run(nombre, workshop.base, command, ports=ports)


def break_exposed(workshop, nombre, puerto):
    imagen = f"muelle/{nombre.removeprefix('muelle-')}"
    workshop.build(imagen, f"FROM {workshop.base}\nEXPOSE {puerto}\n")
    workshop.run(nombre, imagen, ["servir", str(puerto)])
