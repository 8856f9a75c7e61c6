"""Quitar las credenciales de lo que se graba, antes de guardarlo."""

from __future__ import annotations

import json
import re
from urllib.parse import quote, unquote_plus

HIDDEN = "(oculto)"

_HEADERS = {
    "authorization",
    "cookie",
    "proxy-authorization",
    "set-cookie",
    "x-registry-auth",
    "x-registry-config",
}

_STRING = rb'"(?:[^"\\]|\\.)*(?:"|$)'
#: Un nombre que parece el de una credencial. Acotado, para que buscarlo cueste lo mismo en cualquier texto.
_NAME = (
    rb"[\w.\x80-\xff-]{0,64}"
    rb"(?:passw(?:or)?d|_pass|_pwd|secret|token|credential|(?:api|access|private)_?key|clave|contrase)"
    rb"[\w.\x80-\xff-]{0,64}"
)
#: Claves cuyo valor es una credencial (API de Docker: AuthConfig, IdentityToken, Swarm; y etiquetas).
_KEYS = rb"auth|secret|jointoken|unlockkey|signingcakey|[\w.-]{0,64}(?:passw(?:or)?d|token)"
_JSON_VALUE = re.compile(rb'("(?:' + _KEYS + rb')"\s*:\s*)' + _STRING, re.IGNORECASE)
#: `"PASSWORD=x y"` en una lista de variables de entorno: hasta el final de la cadena.
_ENVIRONMENT = re.compile(rb'("' + _NAME + rb'=)(?:[^"\\]|\\.)*', re.IGNORECASE)
#: `PASSWORD=x` dentro de un texto: un RUN del historial, una opción, el `changes` de un commit.
_ASSIGNMENT = re.compile(rb"(?<![\w.\x80-\xff\"-])(" + _NAME + rb"=)[^\s\"',;&\\]+", re.IGNORECASE)
#: `https://usuario:clave@servidor`.
_USER_INFO = re.compile(rb"(://)[^/@\s\"'&]+@")
#: El contenido de un secreto o una configuración de Swarm.
_DATA = re.compile(rb'("Data"\s*:\s*)' + _STRING)


def headers(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Las cabeceras, con las que llevan credenciales tapadas."""
    return tuple((name, HIDDEN if name.lower() in _HEADERS else value) for name, value in pairs)


def _quoted(value: str) -> str:
    return quote(value, safe='{}[]":/@=, ()')


def _build_arguments(value: str) -> str:
    """`{"A":"x"}` -> `{"A":"(oculto)"}`; si no es eso, todo tapado."""
    try:
        arguments = json.loads(unquote_plus(value))
        hidden = json.dumps(dict.fromkeys(arguments, HIDDEN), ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return HIDDEN
    return _quoted(hidden)


def query(text: str) -> str:
    """La consulta de una ruta, sin los valores de `buildargs` ni nada que parezca una credencial."""
    parts = []
    for part in text.split("&"):
        name, equals, value = part.partition("=")
        plain = unquote_plus(value)
        if name.lower() == "buildargs":
            value = _build_arguments(value)
        elif re.search(_NAME, name.encode(), re.IGNORECASE):
            value = HIDDEN
        elif (hidden := _hide(plain.encode()).decode()) != plain:
            value = _quoted(hidden)
        parts.append(name + equals + value)
    return "&".join(parts)


def _hide(data: bytes) -> bytes:
    """Un texto con lo que parece una credencial tapado, esté en JSON, en una asignación o en una URL."""
    hidden = HIDDEN.encode()
    data = _JSON_VALUE.sub(rb'\1"' + hidden + b'"', data)
    data = _ENVIRONMENT.sub(rb"\1" + hidden, data)
    data = _ASSIGNMENT.sub(rb"\1" + hidden, data)
    return _USER_INFO.sub(rb"\1" + hidden + b"@", data)


def body(path: str, data: bytes) -> bytes:
    """Un cuerpo (o su comienzo), con los valores secretos tapados.

    Trabaja sobre el texto y no sobre el JSON leído, porque el cuerpo puede estar cortado.
    """
    if path.startswith(("/secrets", "/configs")):
        data = _DATA.sub(rb'\1"' + HIDDEN.encode() + b'"', data)
    return _hide(data)
