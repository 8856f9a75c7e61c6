"""Las comprobaciones que pide el cuaderno mientras se ejecuta, atendidas desde fuera."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .values import MOST_ANSWER, decoded

MOST_CALLS = 200
"""Comprobaciones por cuaderno."""

LEAVING_SECONDS = 20.0
"""Lo que se espera, al cerrar, a la comprobación que esté en marcha, en segundos."""

INSIDE = Path(__file__).with_name("inside.py")


def startup(path: Path) -> str:
    """El código que hace que el núcleo llame a este socket."""
    return f"{INSIDE.read_text(encoding='utf-8')}\n_install({str(path)!r})\ndel _install\n"


class Calls:
    """Atiende las comprobaciones, de una en una, mientras dura el `with`.

    Args:
        path: el socket.
        answered: recibe el ejercicio y la respuesta, o el ejercicio y el error que dio (un `ValueError`).
    """

    def __init__(self, path: Path, answered: Callable[[str, Any], None]) -> None:
        self._answered, self._count = answered, 0
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        path.chmod(0o666)  # la carpeta es la que decide quién llega
        self._server.listen(8)

    def __enter__(self) -> Calls:
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Espera a la comprobación que esté en marcha: después, nadie cambia los veredictos."""
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(LEAVING_SECONDS)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError, ValueError):
                connection.settimeout(10)
                self._one(_read(connection))

    def _one(self, data: bytes) -> None:
        self._count += 1
        if self._count > MOST_CALLS:
            return
        order = decoded(data.decode("utf-8", "replace"))
        if not isinstance(order, dict) or not isinstance(order.get("slug"), str):
            return
        if "error" in order:
            self._answered(order["slug"], ValueError(f"Tu función falló: {str(order['error'])[:300]}"))
        else:
            self._answered(order["slug"], order.get("answer"))


def _read(connection: socket.socket) -> bytes:
    data = b""
    while piece := connection.recv(64 * 1024):
        data += piece
        if len(data) > MOST_ANSWER:
            return json.dumps({"slug": "", "error": ""}).encode()
    return data
