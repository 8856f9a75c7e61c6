"""Construye la imagen y busca la marca de borrado en el tar de su última capa (OCI, layer.md)."""

from muelle.exercises import diagnosis


def draw(rng):
    return {"archivo": f"{rng.choice(['clave', 'informe', 'foto'])}-{rng.randint(10, 99)}.txt"}


def check(answer, bench, archivo):
    image = bench.build(
        f"FROM {bench.base}\nRUN mkdir /datos && echo secreto > /datos/{archivo}\nRUN rm /datos/{archivo}\n"
    )
    last = bench.layer_files(image)[-1]
    marks = [name for name in last if "/.wh." in f"/{name}"]
    path = answer.strip().removeprefix("./").strip("/")
    if path == f"datos/{archivo}":
        found = "das la ruta del archivo borrado, y esa ruta no está en la última capa: está en la anterior."
    elif any(name.endswith("/" + path) for name in marks):
        found = "das solo el nombre de la marca."
    else:
        found = f"«{path}» no está en el tar de la última capa."
    assert path in marks, diagnosis(
        found,
        "la ruta completa de la entrada que la capa añade para tapar el archivo.",
        "las capas no se modifican: quien reciba la imagen puede leer la de abajo, con su secreto dentro.",
    )
