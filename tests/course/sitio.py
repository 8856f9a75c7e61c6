"""Lo que comparten las pruebas del sitio construido: dónde está, sus páginas y cómo se sirve."""

from __future__ import annotations

import functools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from muelle.engine.install import which

VARIABLE = "MUELLE_SITIO"
CHROMIUM = which("chromium") or "chromium"
# El sitio se sirve siempre dentro de una carpeta: así se ve si algún enlace parte de la raíz.
PREFIX = "/un/curso"
PROGRAMS = Path(__file__).parent / "programas"
REFRESH = 'http-equiv="refresh"'


def built_site() -> Path:
    """La carpeta del sitio construido. Si falta, la prueba falla: no se salta."""
    value = os.environ.get(VARIABLE)
    if not value:
        pytest.fail(f"Falta {VARIABLE}, la carpeta del sitio construido: usa `./curso pruebas`, que la pone.")
    site = Path(value).resolve()
    if not (site / "search.html").is_file():
        pytest.fail(f"En la carpeta de {VARIABLE} no hay ningún sitio construido: falta search.html.")
    return site


def program(name: str) -> str:
    """Un programa de `programas/`, para ejecutarlo en la página."""
    return (PROGRAMS / f"{name}.js").read_text(encoding="utf-8").strip().removesuffix(";")


def pages(site: Path) -> list[str]:
    """Todas las páginas del sitio, como direcciones relativas, sin las que solo llevan a otra."""
    found = [path for path in site.rglob("*.html") if REFRESH not in path.read_text("utf-8")]
    return sorted(path.relative_to(site).as_posix() for path in found)


def chapters(site: Path) -> list[str]:
    """Las páginas del libro: las que no son la búsqueda, la 404 ni una redirección."""
    return [
        page
        for page in pages(site)
        if 'class="muelle-articulo"' in (site / page).read_text("utf-8") and page != "search.html"
    ]


class _Handler(SimpleHTTPRequestHandler):
    def translate_path(self, path: str) -> str:
        if not path.startswith(f"{PREFIX}/"):
            return str(Path(self.directory) / "fuera-del-curso")
        return super().translate_path(path.removeprefix(PREFIX))

    def log_message(self, format: str, *args: object) -> None:
        """Calla: el registro de un servidor no dice nada de la prueba."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Sirve el sitio en la máquina, dentro de `PREFIX`, y da su dirección sin barra final."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{PREFIX}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
