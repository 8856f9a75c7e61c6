"""Cuenta los bytes de las capas que solo usa esa imagen."""

from muelle.exercises import diagnosis


def draw(rng):
    sizes = {name: rng.randrange(1_000, 90_000) for name in "abcdefg"}
    images = {
        "web": ["a", "b", "c"],
        "tienda": ["a", "b", "d", "e"],
        "tareas": ["a", "f", "g"],
    }
    return {"imagenes": images, "bytes": sizes, "borras": rng.choice(("tienda", "tareas"))}


def check(answer, imagenes, bytes, borras):
    mine = imagenes[borras]
    others = {layer for name, layers in imagenes.items() if name != borras for layer in layers}
    own = sum(bytes[layer] for layer in mine if layer not in others)
    whole = sum(bytes[layer] for layer in mine)
    if answer == whole:
        guess = "el tamaño entero de la imagen."
    elif answer == whole - bytes["a"]:
        guess = "todo menos la capa de abajo."
    else:
        guess = f"{answer}."
    assert answer == own, diagnosis(
        guess,
        "los bytes de las capas que ya no usaría ninguna imagen.",
        "antes de borrar a ciegas conviene saber qué se gana.",
    )
