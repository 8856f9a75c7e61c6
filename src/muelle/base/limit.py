"""Buscar cuántas capas aguanta un motor: doblar hasta que falle y partir después por la mitad."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from .tower import NO_ANSWER

FIRST, HIGHEST = 20, 1000
"""Con cuántas capas se empieza y de cuántas no se pasa."""


@dataclass(frozen=True)
class Limit:
    """Hasta dónde se llegó.

    Args:
        stands: la torre más alta que aguantó, en capas.
        falls: la más baja que no, o None si en el tiempo dado no cayó ninguna.
        reason: lo que dijo el motor de esa, o "".
        tries: cada intento, en orden: las capas y lo que dijo el motor ("": aguantó).
    """

    stands: int
    falls: int | None
    reason: str
    tries: tuple[tuple[int, str], ...]

    def __str__(self) -> str:
        lines = [f"{count} capas: {answer or 'aguanta'}" for count, answer in self.tries]
        if self.falls is None:
            end = f"Con {self.stands} capas aguanta; en este tiempo no apareció el límite."
        elif self.falls == self.stands + 1:
            end = f"El límite de este motor: {self.stands} capas."
        else:
            end = f"Aguanta {self.stands} capas y no {self.falls}; para afinar hace falta más tiempo."
        return "\n".join([*lines, end])

    __repr__ = __str__


def find_limit(
    raise_tower: Callable[[int], str], seconds: float, clock: Callable[[], float] = time.monotonic
) -> Limit:
    """Busca la torre más alta que aguanta.

    Args:
        raise_tower: prueba una altura y dice "" o por qué no.
        seconds: pasado ese tiempo no se empieza otro intento.
        clock: el reloj, en segundos.
    """
    end = clock() + seconds
    stands, falls, reason, count = 0, None, "", FIRST
    tries: list[tuple[int, str]] = []
    while count not in (stands, falls) and count <= HIGHEST and (not tries or clock() < end):
        answer = raise_tower(count)
        tries.append((count, answer))
        if answer == NO_ANSWER:  # no dice nada de esa altura, y seguir costaría lo mismo cada vez
            break
        if answer:
            falls, reason = count, answer
        else:
            stands = count
        count = stands * 2 if falls is None else (stands + falls) // 2
    return Limit(stands, falls, reason, tuple(tries))
