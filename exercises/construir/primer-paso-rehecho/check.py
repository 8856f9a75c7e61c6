"""Construye dos veces y cuenta las capas, desde la primera que cambió."""

from muelle.exercises import diagnosis

NAMES = ("menu.txt", "precios.txt", "horario.txt", "aviso.txt", "mapa.txt")


def draw(rng):
    order = rng.sample(NAMES, 5)
    lines = [f"COPY {name} /{name}" for name in order]
    return {"dockerfile": "\n".join(["FROM muelle/base", *lines]), "cambia": order[rng.randint(1, 3)]}


def check(answer, bench, dockerfile, cambia):
    files = {name: f"{name}\n" for name in NAMES}
    before = bench.layers(bench.build(dockerfile, files))
    after = bench.layers(bench.build(dockerfile, {**files, cambia: "otra cosa\n"}))
    same = next(n for n, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1])
    redone = len(after) - same
    guess = {1: "se rehace solo el paso del archivo que cambió", 5: "se rehacen todos los pasos"}.get(
        answer, f"se rehacen {answer}"
    )
    assert answer == redone, diagnosis(
        f"según tú, {guess}.",
        "los pasos que el motor no pudo tomar de la caché.",
        "por eso lo que cambia poco se pone arriba, y lo que cambia mucho, abajo.",
    )
