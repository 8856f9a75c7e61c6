"""Formas: leer un valor de JSON o de una consulta como lo que debe ser, y negar todo lo demás.

Una forma recibe un valor y dónde estaba, y devuelve el que se escribirá. `OMIT` es no escribir nada.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from .refusals import Denied, Refusal

Shape = Callable[[Any, str], Any]
OMIT: Any = object()
MOST = 2000
"""Elementos de una lista o de un diccionario."""


def _no(where: str) -> Denied:
    return Denied(f"«{where}» con ese valor no se permite al corregir")


def load(body: bytes) -> Any:
    """Un cuerpo JSON, sin claves repetidas (cada lector se queda con una).

    Raises:
        Refusal, Denied: si no lo es, o se podría leer de dos maneras.
    """

    def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name.lower() for name, _ in items}) != len(items):
            raise Denied("el cuerpo repite una clave")
        return dict(items)

    if not body.strip():
        return {}
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=pairs, parse_constant=lambda _: 1 / 0)
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise Refusal("invalid JSON: el cuerpo no se entiende") from error


def text(pattern: str = r"[^\0]*", longest: int = 20_000) -> Shape:
    """Un texto que encaja entero en `pattern`."""
    form = re.compile(pattern, re.DOTALL)

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, str) or len(value) > longest or not form.fullmatch(value):
            raise _no(where)
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise _no(where) from error
        return value

    return read


def number(low: float = 0, high: float = 2**53) -> Shape:
    """Un entero entre dos."""

    def read(value: Any, where: str) -> Any:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise _no(where)
        return value

    return read


def flag(value: Any, where: str) -> Any:
    """Verdadero o falso."""
    if not isinstance(value, bool):
        raise _no(where)
    return value


def blank(value: Any, where: str) -> Any:
    """Solo como si no se dijera."""
    if value in (None, "", 0, False) or value == [] or value == {}:
        return OMIT
    raise _no(where)


def ignored(_value: Any, _where: str) -> Any:
    """Lo que se manda y el motor no mira: no se manda."""
    return OMIT


def unsaid(_: Any, where: str) -> Any:
    """Ni siquiera vacío: aquí una lista vacía quita protecciones."""
    raise _no(where)


def one_of(*values: Any) -> Shape:
    """Uno de estos."""

    def read(value: Any, where: str) -> Any:
        if not any(value is each or (type(value) is type(each) and value == each) for each in values):
            raise _no(where)
        return value

    return read


def either(*shapes: Shape) -> Shape:
    """La primera de estas formas en la que quepa."""

    def read(value: Any, where: str) -> Any:
        for shape in shapes[:-1]:
            try:
                return shape(value, where)
            except Denied:
                continue
        return shapes[-1](value, where)

    return read


def list_of(shape: Shape) -> Shape:
    """Una lista."""

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, list) or len(value) > MOST:
            raise _no(where)
        return [shape(each, where) for each in value]

    return read


def map_of(key: Shape, shape: Shape) -> Shape:
    """Un diccionario con claves de una forma."""

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, dict) or len(value) > MOST:
            raise _no(where)
        return {key(name, where): shape(each, f"{where}.{name}"[:80]) for name, each in value.items()}

    return read


def record(fields: Mapping[str, Shape]) -> Shape:
    """Un objeto con estas claves y ninguna más, escritas así (Go no distingue mayúsculas)."""

    def read(value: Any, where: str) -> Any:
        if not isinstance(value, dict):
            raise _no(where) if where else Refusal("invalid JSON: el cuerpo no es un objeto")
        done = {}
        for name, each in value.items():
            inside = f"{where}.{name}" if where else str(name)
            if name not in fields:
                raise Denied(f"la opción «{inside[:80]}» no se permite al corregir")
            if each is None:
                continue
            found = fields[name](each, inside)
            if found is not OMIT:
                done[name] = found
        return done

    return read


# Lo que viaja en una consulta es siempre texto.


def switch(value: Any, where: str) -> Any:
    """0 o 1, dicho de cualquiera de las maneras que entiende Go."""
    if value in ("1", "t", "T", "true", "TRUE", "True"):
        return "1"
    if value in ("0", "f", "F", "false", "FALSE", "False", ""):
        return "0"
    raise _no(where)


def unset(value: Any, where: str) -> Any:
    """Un parámetro que solo puede venir como si no viniera."""
    if value in ("", "0", "false", "False", "null", "{}", "[]", "-1"):
        return OMIT
    raise _no(where)


def encoded(shape: Shape) -> Shape:
    """JSON dentro de un parámetro; vacío es no decir nada."""

    def read(value: Any, where: str) -> Any:
        data = load(str(value).encode())
        return OMIT if data in (None, {}) else json.dumps(shape(data, where), sort_keys=True)

    return read
