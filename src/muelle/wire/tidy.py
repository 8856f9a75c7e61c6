"""Quitar de un texto lo que distrae: rutas de la máquina e identificadores enteros."""

from __future__ import annotations

import re
from pathlib import Path

_LONG_ID = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
_DATA_ROOT = re.compile(
    r"(?<![\w.+@-])(?:/[\w.+@-]+)+/(overlay2|containers|volumes|image|vfs|overlay|overlay-containers|snapshots)/(?=\w)"
)
"""`/var/lib/docker/overlay2/…`, esté donde esté la carpeta de datos del motor."""
_ROOT_DIR = re.compile(r'("(?:DockerRootDir|graphRoot|runRoot)"\s*:\s*)"[^"]*"')


def short_ids(text: str) -> str:
    """Los identificadores de 64 cifras, con 12, como los escribe Docker."""
    return _LONG_ID.sub(r"\1", text)


def tidy(text: str, proxy_url: str = "") -> str:
    """El texto sin rutas de la máquina: la del proxy, la carpeta personal y la del motor.

    El resultado siempre se puede escribir en UTF-8.
    """
    if proxy_url.startswith("unix://"):
        text = text.replace(proxy_url.removeprefix("unix://"), "/…/docker.sock")
    text = _DATA_ROOT.sub(r"/…/\1/", _ROOT_DIR.sub(r'\1"/…"', text))
    home = str(Path.home())
    if len(home) > 1:
        text = re.sub(rf"(?<![\w.+@-]){re.escape(home)}(?![\w.+@-])", "~", text)
    # Un JSON puede traer medio carácter («\ud800»), que ni un archivo ni un cuaderno saben guardar.
    return text.encode("utf-8", "replace").decode()
