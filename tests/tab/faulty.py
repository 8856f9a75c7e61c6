"""Un servidor de la web con un defecto, para ver qué dice la página."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STATE = "estado.bin.zst"


class _Handler(SimpleHTTPRequestHandler):
    """Sirve una carpeta; con la instantánea hace lo que diga `fault`."""

    def __init__(self, *args: object, fault: str, cuts: list[str], **options: object) -> None:
        self.fault, self.cuts = fault, cuts
        super().__init__(*args, **options)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        if not self.path.endswith(STATE):
            super().do_GET()
        elif self.fault == "missing":
            self.send_error(404)
        else:
            self._answer(Path(self.translate_path(self.path)).read_bytes())

    def _answer(self, content: bytes) -> None:
        start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
        sent = content[start:] + (b"!" if self.fault == "longer" else b"")
        self.send_response(206 if start else 200)
        self.send_header("Content-Type", "text/html" if self.fault == "html" else "application/octet-stream")
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        if self.fault == "cut" and not self.cuts:
            self.cuts.append(self.path)
            sent = sent[: len(sent) // 2]
            self.close_connection = True
        self.wfile.write(sent)

    def end_headers(self) -> None:
        """Que el navegador no guarde nada por su cuenta: sin red solo ha de valer lo que guardó la página."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Calla."""


@contextmanager
def faulty(site: Path, fault: str) -> Iterator[str]:
    """Sirve el sitio con un defecto y da su dirección.

    Args:
        fault: lo que pasa con la instantánea: `html` (se da como página), `longer` (sobra un byte),
            `missing` (no está) o `cut` (la primera vez, la conexión se corta a la mitad).
    """
    handler = functools.partial(_Handler, directory=str(site), fault=fault, cuts=[])
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
