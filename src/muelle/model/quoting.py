"""Listas y valores entre comillas: como los escribe Go en el historial y como van en un Dockerfile."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence

_ITEM = re.compile(r'[\s,]*("(?:[^"\\]|\\.)*")')
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)", re.DOTALL)
_LETTERS = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_UNSAFE = re.compile(r"[\s\"'\\$]")
_ESCAPED = re.compile(r'["\\$]')
_WINDOWS = re.compile(r"(?:\A|[\s;=])[A-Za-z]:\\")

ENV_NAME = r"[A-Za-z_][A-Za-z0-9_.\-]*"
"""Un nombre de variable. Con guion no empieza ninguno: `-Dx=1` es parte del valor de antes."""

LABEL_NAME = r"[A-Za-z0-9][A-Za-z0-9_./\-]*"
"""El nombre de una etiqueta: `org.opencontainers.image.title`."""


def unescape(text: str) -> str:
    """Una cadena de Go sin sus escapes (`%q`: `\\t`, `\\u200b`, `\\x07`).

    Los bytes que no son UTF-8 (`\\xff`) se dejan escritos: en un texto no hay otra manera.

    Fuente: The Go Programming Language Specification, «Rune literals».
    """
    return _ESCAPE.sub(_unescaped, text)


def _unescaped(escape: re.Match[str]) -> str:
    code = escape[1]
    if code in _LETTERS:
        return _LETTERS[code]
    if code[0] in "xuU" and len(code) > 1:
        number = int(code[1:], 16)
        readable = number < 0x80 if code[0] == "x" else number < 0x110000 and not 0xD800 <= number < 0xE000
        return chr(number) if readable else escape[0]
    if len(code) == 3:
        return chr(int(code, 8)) if int(code, 8) < 0x80 else escape[0]
    return code


def strings(text: str) -> list[str] | None:
    """Los elementos de una lista entre corchetes, de JSON o de Go (`["a" "b"]`); None si no lo es."""
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return quoted(text[1:-1])
    if isinstance(read, list) and all(isinstance(each, str) for each in read):
        return read
    return None


def quoted(text: str) -> list[str] | None:
    """Las cadenas de Go seguidas, separadas por espacios o comas; None si hay algo más."""
    found, at = [], 0
    while item := _ITEM.match(text, at):
        found.append(unescape(item[1][1:-1]))
        at = item.end()
    return None if text[at:].replace(",", "").strip() else found


def listed(items: Sequence[str]) -> str:
    """Una lista como se escribe en un Dockerfile, que es JSON."""
    return json.dumps(list(items), ensure_ascii=False)


def pairs(text: str, name: str, known: Collection[str] = ()) -> list[tuple[str, str]]:
    """Las parejas de `A=b c D=e`: el historial las guarda sin las comillas que las separaban.

    Args:
        text: lo que va detrás de ENV, LABEL o ARG.
        name: la forma de un nombre (`ENV_NAME`, `LABEL_NAME`).
        known: los nombres que la imagen tiene de verdad; si se dan, solo ellos empiezan una pareja.

    Returns:
        Vacía si el texto no tiene esa forma.
    """
    first, sign, rest = text.partition("=")
    if not sign or not first:
        return []
    found, start, key = [], 0, first
    for following in re.finditer(rf" ({name})=", rest):
        if not known or following[1] in known:
            found.append((key, rest[start : following.start()]))
            key, start = following[1], following.end()
    return [*found, (key, rest[start:])]


def pair(key: str, value: str) -> str:
    """Una pareja como se escribe en un Dockerfile: entre comillas si las necesita."""
    return f"{_word(key)}={_word(value)}"


def _word(text: str) -> str:
    if _WINDOWS.search(text):  # ahí la barra no escapa nada: esos Dockerfile llevan «escape=`»
        return f'"{text}"' if " " in text else text
    return f'"{_ESCAPED.sub(_backslashed, text)}"' if _UNSAFE.search(text) else text


def _backslashed(sign: re.Match[str]) -> str:
    return "\\" + sign[0]
