"""Construye, arranca y cuenta los puertos publicados y las capas."""

from muelle.draw.units import count
from muelle.exercises import diagnosis


def draw(rng):
    return {"puerto": rng.randint(3000, 9000)}


def check(answer, bench, puerto):
    image = bench.build(f'FROM {bench.base}\nEXPOSE {puerto}\nCMD ["servir"]')
    container = bench.run(image)
    published = sum(len(addresses) for addresses in bench.published(container).values())
    assert answer["publicados"] == published, diagnosis(
        f"{count(answer['publicados'], 'puerto publicado', 'puertos publicados')}.",
        "los que dice el motor, con el contenedor en marcha.",
        "si declarar un puerto lo abriera, arrancar una imagen ajena abriría tu máquina sin preguntarte.",
    )
    added = len(bench.layers(image)) - len(bench.layers(bench.base))
    assert answer["capas"] == added, diagnosis(
        f"{count(answer['capas'], 'capa', 'capas')}.",
        "las que añadió la construcción.",
        "lo que solo se apunta en la configuración no necesita guardar archivos.",
    )
