"""Cada etiqueta, en su imagen, y el contenedor, con la nueva."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {"nombre": f"muelle-tablon-{key}", "repositorio": f"muelle/tablon-{key}"}


def _version(bench, client, image):
    said = client.api.inspect_image(image)["Config"]["Env"] if bench.image_id(image) else []
    return [word for word in said if word.startswith("VERSION=")]


def check(bench, client, nombre, repositorio):
    moved = bench.image_id(f"{repositorio}:latest") == bench.image_id(f"{repositorio}:2")
    assert moved and _version(bench, client, f"{repositorio}:2") == ["VERSION=2"], diagnosis(
        "«latest» y «2» no son la misma imagen, o no es la de la versión 2.",
        "las dos etiquetas en la imagen nueva.",
        "nadie mueve «latest» si no se le pide: es una etiqueta como las demás.",
    )
    assert _version(bench, client, f"{repositorio}:1") == ["VERSION=1"], diagnosis(
        "la etiqueta «1» ya no está en la versión 1.",
        "que se pueda volver a ella.",
        "mover de sitio la única etiqueta de una imagen la deja sin nombre.",
    )
    web = bench.container(nombre)
    same = web and bench.image_id(web.attrs["Image"]) == bench.image_id(f"{repositorio}:2")
    assert same and bench.status(web) == "running", diagnosis(
        f"«{nombre}» no está en marcha con la imagen nueva.",
        "el contenedor de siempre, creado otra vez.",
        "un contenedor recuerda la imagen con la que nació, y no su etiqueta.",
    )
