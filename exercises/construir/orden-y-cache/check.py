"""Construye con dos páginas distintas: `/instalado` solo es igual si vino de la caché."""

import re

from muelle.exercises import diagnosis

SLOW = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
"""Lo que deja el paso lento en `/instalado`: distinto cada vez que se hace."""


def _built(bench, dockerfile, page):
    container = bench.create(bench.build(dockerfile, {"pagina.txt": page}))
    return bench.read(container, "/instalado"), bench.read(container, "/app/pagina.txt")


def check(answer, bench):
    first, _ = _built(bench, answer, "lunes\n")
    second, page = _built(bench, answer, "martes\n")
    assert all(re.fullmatch(SLOW, (text or "").strip()) for text in (first, second)), diagnosis(
        "en la imagen no hay ningún /instalado."
        if first is None
        else "/instalado no es lo que dejaba el paso lento.",
        "que el paso lento se siga haciendo al construir.",
        "quitar un paso no es aprovechar la caché.",
    )
    assert page == "martes\n", diagnosis(
        "tras cambiar la página y construir, /app/pagina.txt "
        + ("no existe." if page is None else "no es la nueva."),
        "que la imagen lleve siempre la página de hoy.",
        "la caché mira el contenido de lo que copias: si cambia, copia otra vez.",
    )
    assert first == second, diagnosis(
        "al cambiar solo la página, lo instalado se hizo otra vez.",
        "que ese paso venga de la caché.",
        "un paso se rehace en cuanto cambia cualquiera de los que tiene encima en el Dockerfile.",
    )
