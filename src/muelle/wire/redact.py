"""Quitar las credenciales de lo que se graba, antes de guardarlo."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote, unquote_plus

from .secrets import HIDDEN, hide, hide_words, is_secret

_HEADERS = {"set-cookie", "x-registry-config"}
_VARIABLES = frozenset(("env", "set"))
"""Claves cuyo valor es una lista de `NOMBRE=valor`: el valor llega hasta el final."""


def headers(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Las cabeceras, con las que llevan credenciales tapadas."""
    return tuple(
        (name, HIDDEN if name.lower() in _HEADERS or is_secret(name) else hide(value))
        for name, value in pairs
    )


def _quoted(value: str) -> str:
    return quote(value, safe='{}[]":/@=, ()')


def _build_arguments(value: str) -> str:
    """`{"A":"x"}` -> `{"A":"(oculto)"}`; si no es eso, todo tapado."""
    try:
        arguments = json.loads(value)
        return json.dumps(dict.fromkeys(arguments, HIDDEN), ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return HIDDEN


def query(text: str) -> str:
    """La consulta de una ruta, sin los valores de `buildargs` ni nada que parezca una credencial."""
    parts = []
    for part in text.split("&"):
        name, equals, value = part.partition("=")
        plain_name, plain = unquote_plus(name), unquote_plus(value)
        if plain_name.lower() == "buildargs":
            value = _quoted(_build_arguments(plain))
        elif is_secret(plain_name) and value:
            value = HIDDEN
        elif (hidden := _text(plain)) != plain:
            value = _quoted(hidden)
        parts.append(name + equals + value)
    return "&".join(parts)


def body(path: str, data: bytes) -> bytes:
    """Un cuerpo (o su comienzo), con los valores secretos tapados.

    Si es JSON, o una línea de JSON tras otra, se recorre; si no (texto, o un cuerpo cortado), se busca en él.
    """
    text = _wide(data) or data.decode("utf-8", "surrogateescape")
    hold = path.startswith(("/secrets", "/configs"))
    done = "".join(_text(line, data=hold, arguments=path.startswith("/plugins")) for line in _lines(text))
    return done.encode("utf-8", "surrogateescape")


def _wide(data: bytes) -> str:
    """El texto de un JSON escrito en UTF-16 o UTF-32, o ""; los bytes de un flujo también llevan ceros."""
    encoding = json.detect_encoding(data[:4])
    if encoding.startswith("utf-8"):
        return ""
    text = data.decode(encoding, "replace").lstrip("\ufeff")
    return text if text.lstrip()[:1] in ("{", "[") else ""


def _lines(text: str) -> list[str]:
    """El texto entero si es un documento; si no, línea a línea."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text.splitlines(keepends=True)
    return [text]


def _text(text: str, *, data: bool = False, arguments: bool = False) -> str:
    """Un texto o un documento, tapado; el mismo si no había nada que tapar."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return _cut(text, data=data)
    if not isinstance(found, dict | list):
        return hide(text)
    changed = _variables(found) if arguments and isinstance(found, list) else _walk(found, data=data)
    if changed == found:
        return text
    spaces = (", ", ": ") if re.search(r'"\s*:\s|,\s', text) else (",", ":")
    end = text[len(text.rstrip()) :]
    return json.dumps(changed, ensure_ascii=False, separators=spaces) + end


def _walk(value: Any, key: str = "", *, data: bool = False) -> Any:
    if isinstance(value, dict):
        return {
            name: _covered(each)
            if is_secret(name) or (data and name == "Data")
            else _walk(each, name, data=data)
            for name, each in value.items()
        }
    if isinstance(value, list):
        if key.lower() in _VARIABLES:
            return _variables(value)
        words = value and all(isinstance(each, str) for each in value)
        return hide_words(value) if words else [_walk(each, key, data=data) for each in value]
    return hide(value) if isinstance(value, str) else value


def _variables(values: list[Any]) -> list[Any]:
    """`NOMBRE=valor`, con el valor entero tapado si el nombre es de una credencial."""
    done = []
    for value in values:
        name, equals, _ = str(value).partition("=")
        done.append(f"{name}={HIDDEN}" if equals and is_secret(name) else _walk(value))
    return done


def _covered(value: Any) -> Any:
    """El mismo valor con todo lo que dice tapado; lo vacío se queda: no hay nada que esconder."""
    if isinstance(value, dict):
        return {name: _covered(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_covered(each) for each in value]
    return value if value is None or value is False or value is True or value == "" else HIDDEN


_KEY = re.compile(r'("((?:[^"\\]|\\.){1,200})"\s*:\s*)("(?:[^"\\]|\\.)*(?:"|$))')
_VARIABLE = re.compile(r'("([\w.\x80-\U0010ffff-]{1,100})=)(?:[^"\\]|\\.)*')


def _cut(text: str, *, data: bool) -> str:
    """Un trozo de JSON, o un texto corriente."""

    def key(match: re.Match[str]) -> str:
        name = _unescaped(match[2])
        return f'{match[1]}"{HIDDEN}"' if is_secret(name) or (data and name == "Data") else match[0]

    def variable(match: re.Match[str]) -> str:
        return match[1] + HIDDEN if is_secret(match[2]) else match[0]

    return hide(_VARIABLE.sub(variable, _KEY.sub(key, text)))


def _unescaped(name: str) -> str:
    try:
        return str(json.loads(f'"{name}"'))
    except ValueError:
        return name
