"""De dónde trae los paquetes el pip de esta persona (un espejo, un certificado, un proxy), dicho para uv.

uv no lee la configuración de pip: en una red donde solo se llega a un espejo, sin esto no encontraría nada.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

from . import pip
from .program import run_logged

_LINE = re.compile(r"^(global|install|:env:)\.\.?([a-z-]+)=(.*)$")
_ORDER = ("global", "install", ":env:")  # la última manda


def read() -> dict[str, str]:
    """La configuración de pip: opción -> valor."""
    return parse(run_logged([*pip.command(), "config", "list"]))


def parse(lines: Sequence[str]) -> dict[str, str]:
    """Lo que dice `pip config list`, con la precedencia de pip.

    Args:
        lines: sus líneas, como `global.index-url='https://espejo/simple'`.
    """
    found = [match.groups() for match in map(_LINE.match, lines) if match]
    return {
        option: str(ast.literal_eval(value))
        for section in _ORDER
        for where, option, value in found
        if where == section
    }


def for_uv(config: Mapping[str, str]) -> list[str]:
    """Las opciones de uv que dicen lo mismo.

    Args:
        config: la configuración de pip, como la da `read`.
    """
    # Con las huellas fijadas no importa de qué índice venga un archivo: cualquiera que lo tenga sirve.
    options = ["--system-certs", "--index-strategy", "unsafe-best-match"]
    if config.get("no-index", "").lower() in ("1", "true", "yes", "on"):
        options.append("--no-index")
    for option, name in (
        ("index-url", "--default-index"),
        ("extra-index-url", "--index"),
        ("find-links", "--find-links"),
        ("trusted-host", "--allow-insecure-host"),
    ):
        for value in config.get(option, "").split():
            options += [name, value]
    return options


def variables(config: Mapping[str, str]) -> dict[str, str]:
    """Las variables de entorno que dicen lo mismo.

    Args:
        config: como en `for_uv`.
    """
    found = {}
    if config.get("cert"):
        found["SSL_CERT_FILE"] = config["cert"]
    if config.get("proxy"):
        found["ALL_PROXY"] = config["proxy"]
    return found
