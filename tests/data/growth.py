"""Cuánto crece un trabajo con lo que se le da: distingue lo lineal de lo cuadrático en cualquier máquina."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

TIMES = 8
"""Cuántas veces mayor es lo grande. Lo lineal cuesta ocho veces más, y lo cuadrático, sesenta y cuatro."""

MOST = 24.0
"""El cociente a partir del cual ya no es lineal: tres veces lo lineal y bastante menos que lo cuadrático."""

REPEATS = 3


def growth(make: Callable[[int], T], work: Callable[[T], object], size: int) -> float:
    """Cuántas veces más procesador cuesta `work` con un dato `TIMES` veces mayor.

    Se cuenta el tiempo de procesador de este hilo, no el del reloj: lo que hagan otros programas no entra.

    Args:
        make: da el dato de un tamaño; no se cuenta.
        work: lo que se mide.
        size: el tamaño pequeño; ha de costar del orden de un milisegundo, para que el cociente diga algo.

    Returns:
        El cociente entre el mejor de varios intentos con lo grande y el mejor con lo pequeño.
    """
    small, large = make(size), make(size * TIMES)
    return min(_cost(work, large) for _ in range(REPEATS)) / min(_cost(work, small) for _ in range(REPEATS))


def _cost(work: Callable[[T], object], data: T) -> float:
    gc.collect()
    gc.disable()  # un dato grande provoca recogidas que uno pequeño no, y no son del trabajo
    try:
        start = time.thread_time()
        work(data)
        return max(time.thread_time() - start, 1e-6)
    finally:
        gc.enable()
