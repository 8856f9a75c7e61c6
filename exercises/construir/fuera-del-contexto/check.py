"""Construye un Dockerfile por línea y mira si el motor puede."""

from muelle.draw.units import count
from muelle.exercises import diagnosis

LINES = ("COPY ../secreto.txt /copia.txt", "COPY /etc/hostname /copia.txt", "COPY datos.txt /copia.txt")


def draw(rng):
    return {"lineas": rng.sample(LINES, 3)}


def check(answer, bench, lineas):
    assert len(answer) == 3, diagnosis(
        f"una lista con {count(len(answer), 'elemento', 'elementos')}.",
        "uno por instrucción.",
        "se comprueban en orden, una a una.",
    )
    for line, guess in zip(lineas, answer, strict=False):
        built = not bench.fails(f"FROM {bench.base}\n{line}", {"datos.txt": "hola\n"})
        assert guess == built, diagnosis(
            f"{guess} para «{line}».",
            "lo que pasa al construir con ese contexto.",
            "el Dockerfile lo ejecuta el demonio, que no ve tu disco: ve el contexto.",
        )
