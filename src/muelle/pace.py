"""Plazos que se alargan en una máquina ocupada: lo que en una tranquila es colgarse, en otra es tardar."""

from __future__ import annotations

import os

MOST = 12.0
"""Cuántas veces se alarga un plazo, como mucho: con más, nadie distingue esperar de estar colgado."""


def stretched(seconds: float) -> float:
    """Un plazo pensado para una máquina tranquila, a la medida de esta ahora mismo.

    Args:
        seconds: el plazo cuando cada proceso tiene un procesador para él.

    Returns:
        El plazo por los procesos que se reparten cada procesador (`getloadavg(3)`, el último minuto), en
        segundos. Donde el sistema no lo dice (Windows, una página web), el mismo plazo.
    """
    return seconds * min(MOST, max(1.0, _load()))


def _load() -> float:
    """Procesos que quieren un procesador, por cada uno que hay."""
    try:
        return os.getloadavg()[0] / (os.cpu_count() or 1)
    except (AttributeError, OSError):
        return 0.0
