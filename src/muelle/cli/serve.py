"""`libro --servir`: la web en loopback, construida de nuevo cuando cambia una fuente."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from os import PathLike
from pathlib import Path
from types import FrameType
from typing import BinaryIO

from muelle.errors import MuelleError

from .console import done, fail, step
from .paths import ROOT

FIRST_PORT = 8000
PORTS_TRIED = 50


class _Handler(SimpleHTTPRequestHandler):
    """Sirve páginas sin caché del navegador, sin anotar cada petición y con nuestra página 404."""

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: ARG002
        return

    def send_head(self) -> BytesIO | BinaryIO | None:
        """Solo lo que está de verdad dentro de la web, y solo a quien la pide por su nombre.

        Una página de fuera puede hacer que su nombre lleve a esta máquina, pero no cambiar el que pide.
        """
        if self.headers.get("Host", "").rpartition(":")[0] not in ("127.0.0.1", "localhost"):
            self.send_error(403)
            return None
        if "\0" in self.translate_path(self.path) or not self._is_inside():
            self.send_error(404)
            return None
        return super().send_head()

    def _is_inside(self) -> bool:
        """Si la ruta, con sus enlaces seguidos, sigue dentro de la carpeta."""
        site = Path(self.directory).resolve()
        return Path(self.translate_path(self.path)).resolve().is_relative_to(site)

    def list_directory(self, path: str | PathLike[str]) -> None:  # noqa: ARG002
        self.send_error(404)  # una carpeta no es una página, y el índice de Python está en inglés

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory) / "404.html"
        if code != 404 or not page.is_file():
            super().send_error(code, message, explain)
            return
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def serve(site: Path, rebuild: Callable[[], object], on_ready: Callable[[str], object]) -> None:
    """Sirve `site` hasta Ctrl-C y llama a `rebuild` cada vez que cambia una fuente.

    Se llama desde el hilo principal, que es el que recibe Ctrl-C.

    Args:
        site: carpeta de la web.
        rebuild: construye de nuevo; si falla con MuelleError, se dice y se sigue sirviendo.
        on_ready: recibe la dirección cuando ya responde.
    """
    from watchfiles import watch

    server = _bind(partial(_Handler, directory=str(site)))
    address = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sources = [ROOT / name for name in ("book", "site", "exercises", "src", "_config.yml", "_toc.yml")]
    stop = threading.Event()
    try:
        with _on_ctrl_c(lambda *_: stop.set()):  # una excepción podría caer en medio de un `import`
            done(f"abre {address} (Ctrl-C para terminar)")
            on_ready(address)
            for changes in watch(*(path for path in sources if path.exists()), stop_event=stop):
                step(f"Cambió {Path(next(iter(changes))[1]).name}: construyendo de nuevo")
                _update(rebuild)
    except KeyboardInterrupt:
        return
    finally:
        server.shutdown()


def _update(rebuild: Callable[[], object]) -> None:
    """Construye de nuevo; lleva su tiempo, y Ctrl-C lo corta."""
    try:
        with _on_ctrl_c(signal.default_int_handler):
            rebuild()
        step("Página al día")
    except MuelleError as error:
        fail(str(error))


@contextmanager
def _on_ctrl_c(do: Callable[[int, FrameType | None], object]) -> Iterator[None]:
    """Que Ctrl-C haga otra cosa por un rato."""
    before = signal.signal(signal.SIGINT, do)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Server(ThreadingHTTPServer):
    """En Windows, «reutilizar» una dirección es quitársela al servidor que ya la usa."""

    allow_reuse_address = sys.platform != "win32"


def _bind(handler: Callable[..., SimpleHTTPRequestHandler]) -> ThreadingHTTPServer:
    """El primer puerto libre de loopback a partir de `FIRST_PORT`."""
    for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        try:
            return _Server(("127.0.0.1", port), handler)
        except OSError:
            continue
    last = FIRST_PORT + PORTS_TRIED - 1
    raise MuelleError(
        f"No hay un puerto libre entre {FIRST_PORT} y {last}: cierra otro servidor y repite la orden."
    )
