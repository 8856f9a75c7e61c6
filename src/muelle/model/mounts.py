"""Los sitios en los que escribe un contenedor: su capa y lo que se montó encima."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum


class Place(Enum):
    """Dónde acaba lo que se escribe bajo una ruta."""

    LAYER = "capa de escritura"
    VOLUME = "volumen"
    ANONYMOUS = "volumen anónimo"
    FOLDER = "carpeta del anfitrión"
    MEMORY = "memoria"


FATE = {
    Place.LAYER: ("se conserva", "se pierde"),
    Place.VOLUME: ("se conserva", "se conserva"),
    Place.ANONYMOUS: ("se conserva", "queda sin dueño"),
    Place.FOLDER: ("se conserva", "se conserva"),
    Place.MEMORY: ("se pierde", "se pierde"),
}
"""Qué pasa con lo escrito al parar y al eliminar el contenedor."""


@dataclass(frozen=True)
class Mounted:
    """Un sitio.

    Args:
        path: la ruta dentro del contenedor; `/` es todo lo que no tiene nada montado.
        source: el nombre del volumen o la carpeta del anfitrión; "" si no lo hay.
        read_only: si el contenedor no puede escribir en él.
    """

    path: str
    place: Place
    source: str = ""
    read_only: bool = False


@dataclass(frozen=True)
class Mounts:
    """Un contenedor y sus sitios, con la capa de escritura el primero.

    Args:
        name: el del contenedor.
    """

    name: str
    places: tuple[Mounted, ...]


def is_unnamed(volume: str) -> bool:
    """Si el nombre de un volumen lo puso el motor: es un volumen anónimo."""
    return re.fullmatch("[0-9a-f]{64}", volume) is not None


def volume_called(volume: str) -> str:
    """Cómo se enseña el nombre de un volumen: el de uno anónimo, acortado."""
    return f"{volume[:12]}…" if is_unnamed(volume) else volume
