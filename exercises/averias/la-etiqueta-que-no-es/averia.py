"""La etiqueta «latest» se quedó en la versión anterior."""


def break_tag(workshop, nombre, repositorio):
    for version in ("1", "2"):
        workshop.build(f"{repositorio}:{version}", f"FROM {workshop.base}\nENV VERSION={version}\n")
    workshop.client.api.tag(f"{repositorio}:1", repositorio, "latest", force=True)
    workshop.run(nombre, f"{repositorio}:latest", ["servir"])
