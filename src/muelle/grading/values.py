"""Los valores que salen del núcleo de un estudiante: texto de un extraño, acotado, leído como JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

MOST_ANSWER = 200_000
"""Caracteres que puede ocupar una respuesta."""

_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
"""Lo que escribe `repr` de un texto: nada que anidar."""


@dataclass(frozen=True)
class Foreign:
    """Un valor que no es de JSON.

    Args:
        kind: el nombre de su tipo.
    """

    kind: str


def decoded(text: str) -> Any:
    """Un valor escrito en JSON: `...` donde los había; un `Foreign` donde hubiera otra cosa.

    Raises:
        ValueError: si no se puede leer.
    """
    if len(text) > MOST_ANSWER:
        raise ValueError("La respuesta es demasiado larga.")
    try:
        return json.loads(text, object_hook=_special)
    except (ValueError, RecursionError) as error:
        raise ValueError("La respuesta no se puede leer.") from error


def unquoted(text: str) -> str:
    """El texto que hay dentro de lo que escribió `repr`.

    Raises:
        ValueError: si no es eso.
    """
    import ast

    if len(text) > 2 * MOST_ANSWER:
        raise ValueError("La respuesta es demasiado larga.")
    if not _QUOTED.fullmatch(text):
        raise ValueError("La respuesta no se puede leer.")
    return str(ast.literal_eval(text))


def _special(data: dict[str, Any]) -> Any:
    if data == {"__puntos__": 1}:
        return ...
    if set(data) == {"__tipo__"}:
        return Foreign(str(data["__tipo__"])[:60])
    return data
