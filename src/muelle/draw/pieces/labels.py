"""Rótulos a prueba de todo: limpiar, medir y plegar un texto antes de dibujarlo.

Cualquier texto puede llegar a un rótulo (una línea de Dockerfile de 4000 caracteres, comillas,
`<`, saltos de línea, emojis, texto de derecha a izquierda, medio par sustituto). Aquí se vuelve
inofensivo y se le da un ancho conocido, sin preguntar a ninguna fuente instalada.
"""

from __future__ import annotations

import unicodedata
from html import escape

ELLIPSIS = "…"
BACKSLASH = "\uf05c"  # de uso privado: ningún texto de verdad lo lleva
MAX_QUOTED = 16_000  # bytes: Graphviz no lee cadenas de más de 16 384
_ESCAPES = {"&": "&amp;", "\\": BACKSLASH, '"': "&quot;"}

# Anchos de DejaVu Sans, en cuerpos, redondeados hacia arriba: (letras, ancho).
_WIDTHS = (
    ("ilj.,;:'|/\\ ·`\u00a0", 0.34),
    ('tfrI()[]!"-', 0.42),
    ("OQDGHNUw&", 0.82),
    ("mMW@%—…", 1.0),
)
_ADVANCE = {char: advance for chars, advance in _WIDTHS for char in chars}
_BREAKS = ":/?&,=-"  # tras estos signos se puede partir una línea si no hay un espacio
_BIDI_CONTROLS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str) -> str:
    """Devuelve el texto en una sola línea, sin nada que XML, DOT o el orden de lectura no soporten.

    Los saltos de línea se vuelven `⏎`; los demás controles, su dibujo (`␛`); un byte que no es UTF-8,
    `\\xNN`; los medios pares sustitutos y los no caracteres, `�`; las marcas que cambian el sentido de la
    escritura se quitan, porque con ellas un rótulo puede parecer lo que no es.
    """
    return "".join(map(_harmless, text.replace("\r\n", "\n")))


def _harmless(char: str) -> str:
    code = ord(char)
    if char == "\n":
        return "⏎"
    if char == "\t":
        return " "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if 0xDC80 <= code <= 0xDCFF:  # un byte que no es UTF-8 (PEP 383)
        return f"\\x{code - 0xDC00:02x}"
    if 0x80 <= code < 0xA0 or 0xD800 <= code <= 0xDFFF or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return "\ufffd"
    if char in _BIDI_CONTROLS:
        return ""
    return " " if char in "\u2028\u2029" else char


def width(text: str, size: float, *, mono: bool = False) -> float:
    """Ancho aproximado, por exceso, de un texto ya limpio.

    Args:
        size: cuerpo de la letra en píxeles.
        mono: letra de ancho fijo.

    Returns:
        Píxeles. La medida es la de DejaVu, más ancha que las letras de sistema habituales.
    """
    return size * sum(_advance(char, mono) for char in text)


def _advance(char: str, mono: bool) -> float:
    if unicodedata.combining(char) or char in "\u200b\u200c\u200d\ufeff\ufe0f":
        return 0.0
    if ord(char) > 0x2E7F and (unicodedata.east_asian_width(char) in "WF" or ord(char) > 0xFFFF):
        return 1.4
    if mono:
        return 0.605 if ord(char) < 0x250 else 0.9
    if char in _ADVANCE:
        return _ADVANCE[char]
    if ord(char) >= 0x250:
        return 1.0
    return 0.72 if char.isupper() else 0.64


def fold(text: str, size: float, limit: float, *, lines: int = 1, mono: bool = False) -> tuple[str, ...]:
    """Parte un texto en pocas líneas que caben; lo que sobra acaba en `…`.

    Args:
        size: cuerpo de la letra en píxeles.
        limit: ancho disponible en píxeles.
        lines: cuántas líneas como mucho (1 o más).
        mono: letra de ancho fijo.

    Returns:
        Entre una y `lines` líneas, ya limpias; siempre al menos una, quizá vacía.
    """
    # Nadie lee más: acotar antes de medir hace que el coste no dependa del largo del texto.
    most = int(lines * limit / (size * 0.2)) + 2
    words = clean(text[: most * 2]).strip()
    cut = len(text) > most * 2
    out: list[str] = []
    while words and len(out) < lines:
        head = _fitting(words, size, limit, mono)
        last = len(out) == lines - 1
        if head == len(words) and not (last and cut):
            out.append(words)
            return tuple(out)
        if last:
            dots = width(ELLIPSIS, size, mono=mono)
            out.append(words[: _fitting(words, size, limit - dots, mono)].rstrip() + ELLIPSIS)
            return tuple(out)
        at = _break(words, head)
        out.append(words[:at].rstrip())
        words = words[at:].lstrip()
    return tuple(out) or ("",)


def _break(text: str, head: int) -> int:
    """Dónde partir: tras el último espacio (o, si no hay, otro signo) de la segunda mitad de la línea."""
    # Un espacio justo detrás de lo que cabe también sirve: al final de la línea no ocupa sitio.
    space = text.rfind(" ", head // 2, head + 1)
    if space > 0:
        return space
    sign = max(text.rfind(mark, head // 2, head) for mark in _BREAKS)
    return sign + 1 if sign > 0 else head


def _fitting(text: str, size: float, limit: float, mono: bool) -> int:
    """Cuántos caracteres del comienzo caben en `limit` píxeles (uno al menos)."""
    used = 0.0
    for index, char in enumerate(text):
        used += size * _advance(char, mono)
        if used > limit:
            return max(index, 1)
    return len(text)


def markup(text: str) -> str:
    """Un texto limpio, listo para ir dentro de un rótulo HTML de Graphviz o de una página."""
    # Un rótulo que solo sea «]» es para Graphviz 2.43 un error de sintaxis.
    return escape(clean(text), quote=True).replace("]", "&#93;")


def quoted(text: str) -> str:
    """Un texto limpio como cadena de DOT, con comillas; si no cabe en una, acaba en `…`.

    La barra viaja disfrazada (`svg.py` la devuelve a su ser): Graphviz cambia `\\N` por el nombre
    del nodo, se escriba como se escriba.
    """
    pieces, room = [], MAX_QUOTED
    for char in clean(text[:MAX_QUOTED]):
        piece = _ESCAPES.get(char, char)
        room -= len(piece.encode())
        if room < 0:
            break
        pieces.append(piece)
    if room < 0 or len(text) > MAX_QUOTED:
        pieces.append(ELLIPSIS)
    return f'"{"".join(pieces)}"'
