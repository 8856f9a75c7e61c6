"""De una petición del cuaderno, la que se envía: otra, hecha aquí, con lo que ya se resolvió."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .http import Asked
from .shapes import OMIT, load
from .things import LABEL, Things

Query = dict[str, Any]


@dataclass(frozen=True)
class Order:
    """Lo que se pide al motor.

    Args:
        method, path: con identificadores ya resueltos; sin versión.
        query: pares, en orden.
        body: lo que va dentro; None si nada.
        kind: su tipo.
        answer: qué se hace con la respuesta (una respuesta JSON pequeña); None si pasa según llega.
        channel: si la conexión se queda abierta en los dos sentidos.
        builds: si la respuesta cuenta una construcción, y `loads`, una carga.
        anonymous: si hay que decir que no se llevan credenciales.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    kind: str = "application/json"
    answer: Callable[[Any], Any] | None = field(default=None, repr=False)
    channel: bool = False
    builds: bool = False
    loads: bool = False
    anonymous: bool = False


@dataclass(frozen=True)
class Context:
    """Lo que tiene delante quien hace una orden.

    Args:
        asked: la petición, leída.
        names: lo que la ruta nombra.
        query: la consulta, ya con su forma.
        body: el cuerpo, ya con su forma, o {}.
    """

    asked: Asked
    things: Things
    names: tuple[str, ...]
    query: Query
    body: dict[str, Any]

    def pairs(self, **more: str) -> tuple[tuple[str, str], ...]:
        """La consulta que se envía."""
        found: list[tuple[str, str]] = []
        for name, value in {**self.query, **more}.items():
            found += [(name, each) for each in value] if isinstance(value, list) else [(name, value)]
        return tuple(found)


Make = Callable[[Context], Order]


def plain(path: str, answer: Callable[[Things, Any], Any] | None = None) -> Make:
    """Una pregunta sin nombres."""

    def make(at: Context) -> Order:
        shown = (lambda data: answer(at.things, data)) if answer else None
        return Order(at.asked.method, path, at.pairs(), answer=shown)

    return make


def filtered(path: str) -> Make:
    """Una lista que el propio motor reduce a lo del cuaderno."""

    def make(at: Context) -> Order:
        asked = json.loads(at.query.get("filters", "{}"))
        labels = [*asked.get("label", []), f"{LABEL}={at.things.student}"]
        return Order("GET", path, at.pairs(filters=json.dumps({**asked, "label": labels})))

    return make


def shaped(shape: Any, body: bytes) -> dict[str, Any]:
    """El cuerpo con su forma.

    Raises:
        Denied: si no la tiene.
    """
    data = load(body)
    found = shape(data, "") if data is not None else {}
    return {} if found is OMIT else dict(found)
