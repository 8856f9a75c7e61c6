"""Leer un documento JSON como lo leen los motores, que están escritos en Go.

Go no distingue mayúsculas en las claves de un documento con forma conocida (`config` vale por `Config`),
se queda con la última si se repiten, no hace caso de un `null` y pone `�` donde el texto no es UTF-8.

Fuente: `encoding/json` de Go («Unmarshal»).
"""

from __future__ import annotations

import json
from typing import Any

from muelle.errors import BadArchive


def load(data: bytes, name: str) -> Any:
    """Lee un documento JSON; lo que haya detrás del documento no cuenta.

    Raises:
        BadArchive: si no lo es.
    """
    try:
        text = data.decode("utf-8-sig", "replace").lstrip(" \t\r\n")
        return json.JSONDecoder(object_pairs_hook=_ordered).raw_decode(text)[0]
    except (ValueError, RecursionError) as error:
        raise BadArchive(f"El documento {name} no se entiende; vuelve a guardar la imagen.") from error


def _ordered(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Un objeto con sus claves en el orden en que se dijeron por última vez."""
    found: dict[str, Any] = {}
    for key, value in pairs:
        found.pop(key, None)
        found[key] = value
    return found


def field(document: dict[str, Any], key: str) -> Any:
    """Lo que dice un documento de una clave, sin distinguir mayúsculas; None si no dice nada."""
    wanted = _folded(key)
    found = None
    for each, value in document.items():
        if value is not None and len(each) == len(key) and _folded(each) == wanted:
            found = value
    return found


def _folded(key: str) -> str:
    """Una clave sin mayúsculas; como en Go, también el signo kelvin es una k y la ese larga, una s."""
    return key.lower().replace("\u017f", "s")


def mapping(value: Any, name: str) -> dict[str, Any]:
    """Un objeto JSON.

    Raises:
        BadArchive: si es otra cosa.
    """
    if not isinstance(value, dict):
        raise _shape(name)
    return value


def sequence(value: Any, name: str) -> list[Any]:
    """Una lista JSON; vacía si no hay nada.

    Raises:
        BadArchive: si es otra cosa.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise _shape(name)
    return value


def text(value: Any, name: str) -> str:
    """Un texto JSON; "" si no hay nada.

    Raises:
        BadArchive: si es otra cosa.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _shape(name)
    return value.encode("utf-8", "replace").decode() if not value.isascii() else value


def texts(value: Any, name: str) -> tuple[str, ...]:
    """Una lista de textos; vacía si no hay nada.

    Raises:
        BadArchive: si es otra cosa.
    """
    return tuple(text(each, name) for each in sequence(value, name))


def _shape(name: str) -> BadArchive:
    return BadArchive(f"El documento {name} no tiene la forma esperada; vuelve a guardar la imagen.")
