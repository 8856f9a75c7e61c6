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

#: Claves cuyo valor es una credencial (API de Docker: AuthConfig, IdentityToken, Swarm).
_KEYS = rb"password|passwd|identitytoken|registrytoken|auth|token|secret|jointoken|unlockkey|signingcakey"
_STRING = rb'"(?:[^"\\]|\\.)*(?:"|$)'
_JSON_VALUE = re.compile(rb'("(?:' + _KEYS + rb')"\s*:\s*)' + _STRING, re.IGNORECASE)
#: `"PASSWORD=x"` en una lista de variables de entorno.
_ENVIRONMENT = re.compile(
    rb'("[A-Za-z0-9_]*(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|CREDENTIAL)[A-Za-z0-9_]*=)(?:[^"\\]|\\.)*',
    re.IGNORECASE,
)
#: `https://usuario:clave@servidor`.
_USER_INFO = re.compile(rb"(://)[^/@\s\"'&]+@")
#: El contenido de un secreto o una configuración de Swarm.
_DATA = re.compile(rb'("Data"\s*:\s*)' + _STRING)
#: Un parámetro de la consulta que es JSON y lleva valores de la persona.
_SECRET_QUERY = {"buildargs"}
_ENV_QUERY = re.compile(r"password|passwd|secret|token|credential", re.IGNORECASE)


def headers(pairs: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Las cabeceras, con las que llevan credenciales tapadas."""
    return tuple((name, HIDDEN if name.lower() in _HEADERS else value) for name, value in pairs)


def _build_arguments(value: str) -> str:
    """`{"A":"x"}` -> `{"A":"(oculto)"}`; si no es eso, todo tapado."""
    try:
        arguments = json.loads(unquote_plus(value))
        hidden = json.dumps(dict.fromkeys(arguments, HIDDEN), ensure_ascii=False)
    except (ValueError, TypeError):
        return HIDDEN
    return quote(hidden, safe='{}":, ()')


def query(text: str) -> str:
    """La consulta de una ruta, sin valores de `buildargs` ni credenciales en direcciones."""
    parts = []
    for part in text.split("&"):
        name, equals, value = part.partition("=")
        if name.lower() in _SECRET_QUERY:
            value = _build_arguments(value)
        elif _ENV_QUERY.search(name):
            value = HIDDEN
        elif "@" in unquote_plus(value):
            plain = unquote_plus(value).encode()
            value = _USER_INFO.sub(rb"\1" + HIDDEN.encode() + b"@", plain).decode()
        parts.append(name + equals + value)
    return "&".join(parts)


def body(path: str, data: bytes) -> bytes:
    """Un cuerpo (o su comienzo), con los valores secretos tapados.

    Trabaja sobre el texto y no sobre el JSON leído, porque el cuerpo puede estar cortado.
    """
    hidden = b'"' + HIDDEN.encode() + b'"'
    data = _JSON_VALUE.sub(rb"\1" + hidden, data)
    data = _ENVIRONMENT.sub(rb"\1" + HIDDEN.encode(), data)
    data = _USER_INFO.sub(rb"\1" + HIDDEN.encode() + b"@", data)
    if path.startswith(("/secrets", "/configs")):
        data = _DATA.sub(rb"\1" + hidden, data)
    return data
