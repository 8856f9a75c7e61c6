"""Del modelo al dibujo: diagramas de Graphviz con un texto alternativo hecho de los mismos datos.

`draw.disk(…)` es la función `disk` de `pictures/disk.py`: un dibujo nuevo es un archivo más, sin tocar este.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules

from muelle.draw import pictures
from muelle.draw.pieces.diagram import Diagram

__all__ = ["PICTURES", "Diagram"]

PICTURES = frozenset(each.name for each in iter_modules(pictures.__path__))
"""Los dibujos que hay, por su nombre."""


def __getattr__(name: str) -> Callable[..., Diagram]:
    if name not in PICTURES:
        raise AttributeError(f"no hay ningún dibujo que se llame «{name}»")
    draw: Callable[..., Diagram] = getattr(import_module(f"{pictures.__name__}.{name}"), name)
    return draw
