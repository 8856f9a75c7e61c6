"""Esperar a que pase algo, sin medir la máquina: lo único de las pruebas que mira el reloj para esperar."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 300.0
"""Segundos a partir de los cuales algo que debía pasar ya no va a pasar, ni en la máquina más cargada.

No es un plazo que se mida: quien espera sigue en cuanto se cumple. Solo evita quedarse colgado.
"""

PAUSE = 0.02
"""Segundos entre dos miradas."""


def wait_until(condition: Callable[[], T], what: str) -> T:
    """Lo que da `condition` en cuanto es verdad.

    Args:
        condition: lo que se mira una y otra vez.
        what: qué se esperaba, en una frase, para el mensaje de la prueba que falla.

    Raises:
        AssertionError: si en `PATIENCE` segundos no ha llegado a cumplirse.
    """
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"No llegó a cumplirse: {what}.")
        time.sleep(PAUSE)
    return found
