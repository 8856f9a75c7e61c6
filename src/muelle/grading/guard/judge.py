"""Decidir: de lo que pide un cuaderno, la orden que se envía al motor o una negativa."""

from __future__ import annotations

from typing import Any

from .http import Asked
from .orders import Context, Order, shaped
from .refusals import Denied, Refusal
from .shapes import OMIT
from .table import OPERATIONS, Operation
from .things import Things

JSON_LIMIT = 1024 * 1024
"""Bytes de un cuerpo que no es un tar."""


class Judge:
    """Las reglas para un cuaderno.

    Args:
        things: de quién es cada cosa.
        version: la única versión de la API que se habla.
        more: otras operaciones que además se admiten, y que mandan sobre las de todos.
        lowest: la más vieja que admite el motor; por debajo, se responde lo que respondería él.
    """

    def __init__(
        self, things: Things, version: str, more: tuple[Operation, ...] = (), lowest: str = "1.24"
    ) -> None:
        self.things, self.version, self.lowest, self._more = things, version, lowest, more

    def order(self, asked: Asked) -> Order:
        """La orden que sale de una petición.

        Raises:
            Refusal, Denied, Missing: si no sale ninguna.
        """
        if asked.version not in ("", self.version):
            if _number(asked.version) < _number(self.lowest):
                raise Refusal(
                    f"client version {asked.version} is too old. Minimum supported API version is "
                    f"{self.lowest}, please upgrade your client to a newer version"
                )
            raise Denied(f"aquí solo se habla la versión {self.version} de la API")
        for operation in (*self._more, *OPERATIONS):
            names = operation.match(asked.method, asked.path)
            if names is not None:
                return operation.make(
                    Context(asked, self.things, names, _query(operation, asked), _body(operation, asked))
                )
        raise Denied(f"{asked.method} {asked.path[:120]} no se permite al corregir")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _query(operation: Operation, asked: Asked) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in asked.query:
        if name not in operation.query:
            raise Denied(f"el parámetro «{name[:60]}» no se permite al corregir")
        read = operation.query[name](value, name)
        if name in operation.several:
            found.setdefault(name, []).append(read)
        elif name in found:
            raise Denied(f"el parámetro «{name}» viene dos veces")
        elif read is not OMIT:
            found[name] = read
    return found


def _body(operation: Operation, asked: Asked) -> dict[str, Any]:
    if operation.body is None:
        return {}
    if len(asked.body) > JSON_LIMIT:
        raise Denied("un cuerpo tan grande no se permite al corregir")
    return shaped(operation.body, asked.body)
