"""Las cabeceras PAX de un tar: registros `largo clave=valor` que amplían al miembro siguiente.

Fuente: POSIX.1-2001, «pax Header Block».
"""

from __future__ import annotations

XATTR = "SCHILY.xattr."
"""Cómo empiezan los registros que llevan un atributo extendido."""

_MAX_DIGITS = 20


def records(data: bytes) -> dict[str, bytes]:
    """Los registros de una cabecera; un valor vacío quita la clave.

    Raises:
        ValueError: si no son registros PAX.
    """
    found: dict[str, bytes] = {}
    old_map: list[bytes] = []
    at = 0
    while at < len(data):
        space = data.index(b" ", at, at + _MAX_DIGITS)
        end = at + whole(data[at:space])
        if end <= space + 1 or end > len(data) or data[end - 1] != 0x0A:
            raise ValueError(data[at : at + 100])
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if not key or not equals:
            raise ValueError(key)
        at = end
        name = key.decode("utf-8", "surrogateescape")
        if name in ("GNU.sparse.offset", "GNU.sparse.numbytes"):  # el formato 0.0 los repite, en orden
            old_map.append(value)
        elif value:
            found[name] = value
        else:
            found.pop(name, None)
    if old_map:
        found["GNU.sparse.map"] = b",".join(old_map)
    return found


def whole(value: bytes) -> int:
    """Un entero sin signo de 64 bits.

    Raises:
        ValueError: si no lo es.
    """
    if not value.isdigit() or len(value) > _MAX_DIGITS:
        raise ValueError(value[:100])
    return int(value)


def seconds(value: bytes) -> int:
    """Una fecha en segundos desde 1970, que puede ser negativa y llevar decimales, hacia abajo.

    Raises:
        ValueError: si no lo es.
    """
    digits, _, fraction = value.partition(b".")
    negative = digits.startswith(b"-")
    found = whole(digits[1:] if negative else digits)
    if fraction and not fraction.isdigit():
        raise ValueError(value[:100])
    if not negative:
        return found
    return -found - (1 if fraction.strip(b"0") else 0)
