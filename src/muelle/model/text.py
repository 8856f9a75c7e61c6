"""Texto de otros, para leer: lo que no se ve o cambia el orden de lo que se ve, a la vista."""

from __future__ import annotations

import unicodedata

_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
"""Controles, formato (también los que dan la vuelta al texto), medios caracteres y lo que no es de nadie."""
_KEPT = frozenset("\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}\N{SOFT HYPHEN}")


def visible(text: str, keep: str = "") -> str:
    """El texto con cada carácter invisible escrito como `\\u202e`.

    Args:
        keep: los que se dejan, por ejemplo saltos de línea.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        f"\\u{ord(sign):04x}"
        if unicodedata.category(sign) in _HIDDEN and sign not in keep and sign not in _KEPT
        else sign
        for sign in text
    )


def one_line(text: str) -> str:
    """Como `visible`, con los saltos y las tabulaciones hechos espacios."""
    return visible(" ".join(text.split()))
