"""Parte el nombre como lo hace Docker y compara."""

from muelle.exercises import diagnosis
from muelle.model import reference

NAMES = (
    "equipo/app:v1",
    "localhost/app",
    "localhost:5000/equipo/app:v2",
    "registro.ejemplo.org/app",
    "alpine",
    "ana/cartas/web:3",
)


def draw(rng):
    return {"nombre": rng.choice(NAMES)}


def check(answer, nombre):
    parts = reference(nombre)
    assert answer["registro"].strip() == parts.registry, diagnosis(
        f"para ti, «{nombre}» lleva al registro «{answer['registro']}».",
        "la máquina que sale de la regla del punto, los dos puntos o `localhost`.",
        "quien se equivoca de registro sube o baja de donde no quería, y a veces sin error.",
    )
    assert answer["repositorio"].strip("/ ") == parts.repository, diagnosis(
        f"para ti, el repositorio de «{nombre}» es «{answer['repositorio']}».",
        "el nombre dentro del registro, sin la etiqueta y con lo que se supone si es una imagen oficial.",
        "el nombre corto de una imagen oficial es una abreviatura: en el registro está entero.",
    )
