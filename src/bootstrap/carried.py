"""Los paquetes que viajan con el curso a una sala sin red, en `paquetes/`: los pone `./curso llevar`."""

from __future__ import annotations

import hashlib
import json

from . import place

FOLDER = place.ROOT / "paquetes"
INDEX = FOLDER / "indice.json"
"""Qué archivos tiene la copia del curso y cuántos bytes cada uno; se escribe cuando ya están todos."""


def there_are() -> bool:
    """Si este curso vino con paquetes, aunque sea a medias."""
    return FOLDER.is_dir()


def missing() -> str:
    """Lo que le falta a la copia, o "" si está entera.

    Returns:
        Una frase sin punto final.
    """
    try:
        files = json.loads(INDEX.read_text(encoding="utf-8"))["archivos"]
    except (OSError, ValueError, KeyError, TypeError):
        return "La copia del curso está a medias: le falta paquetes/indice.json"
    short = [name for name, size in files.items() if _size(name) != size]
    if not short:
        return ""
    count = "un archivo" if len(short) == 1 else f"{len(short)} archivos, entre ellos"
    return f"La copia del curso está a medias: falta o está cortado {count} «{short[0]}»"


def damaged() -> str:
    """Qué paquete no es el que dicen las listas, o "" si todos lo son; los lee enteros.

    Returns:
        Una frase sin punto final.
    """
    known = "".join((place.ROOT / name).read_text(encoding="utf-8") for name in (place.BASE, place.INSTALLER))
    for wheel in sorted(FOLDER.glob("*.whl")):
        found = hashlib.sha256()
        with wheel.open("rb") as file:
            while piece := file.read(1 << 20):
                found.update(piece)
        if found.hexdigest() not in known:
            return f"La copia del curso está dañada: «paquetes/{wheel.name}» no es el que se copió"
    return ""


def _size(name: str) -> int:
    try:
        return (place.ROOT / name).stat().st_size
    except OSError:
        return -1
