"""Los apuntes, a la vista y en un volumen."""

from muelle.exercises import diagnosis


def draw(rng):
    key = f"{rng.randrange(16**6):06x}"
    return {
        "nombre": f"muelle-biblioteca-{key}",
        "apuntes": f"{rng.choice(['capas', 'redes', 'señales'])}-{key[:3]}",
    }


def check(bench, nombre, apuntes):
    box = bench.container(nombre)
    alive = box and bench.status(box) == "running"
    assert alive and (bench.read(box, "/datos/apuntes.txt") or "").strip() == apuntes, diagnosis(
        "en /datos no están los apuntes." if alive else f"«{nombre}» no está en marcha.",
        "el contenedor en marcha, con los apuntes de antes.",
        "los datos no se fueron con el contenedor: hay que encontrar dónde siguen.",
    )
    places = {each["Destination"]: each["Type"] for each in box.attrs["Mounts"]}
    assert places.get("/datos") == "volume", diagnosis(
        "los apuntes están en la capa del contenedor.",
        "que estén en un volumen.",
        "la capa se va con el contenedor, y la próxima vez se perderían de verdad.",
    )
