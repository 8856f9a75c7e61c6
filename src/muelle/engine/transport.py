"""Abrir una conexión desnuda con un motor: un socket por el que se le habla HTTP a mano."""

from __future__ import annotations

import socket
import sys
from urllib.parse import unquote, urlsplit

from muelle.errors import MuelleError

CONNECT_SECONDS = 10.0
"""Cuánto se espera a que el motor acepte una conexión, en segundos."""


def connect(url: str, *, tls: bool = False) -> socket.socket:
    """Una conexión nueva con el motor de esa dirección.

    Args:
        url: `unix://`, `http+unix://`, `tcp://` sin TLS o, en Windows, `npipe://`.
        tls: si a ese motor se llega con TLS, que no se puede hablar a mano.

    Raises:
        MuelleError: si a ese tipo de motor no se le puede hablar así.
        OSError: si el motor no acepta la conexión.
    """
    scheme, _, rest = url.partition("://")
    if scheme in ("unix", "http+unix") and hasattr(socket, "AF_UNIX"):
        return _unix("/" + unquote(rest).lstrip("/"))
    if scheme in ("tcp", "http") and not tls:
        parts = urlsplit(url)
        return _tcp(parts.hostname or "127.0.0.1", parts.port or 2375)
    if scheme == "npipe" and sys.platform == "win32":
        return _pipe(rest)
    kind = "TLS" if scheme in ("tcp", "http", "https") else scheme or url
    raise MuelleError(
        f"A este motor se llega por {kind}, y así no se puede ni grabar su conversación ni vigilarla: "
        "usa un motor de esta máquina."
    )


def _unix(path: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(CONNECT_SECONDS)
    try:
        connection.connect(path)
    except OSError:
        connection.close()
        raise
    return connection


def _tcp(host: str, port: int) -> socket.socket:
    connection = socket.create_connection((host, port), CONNECT_SECONDS)
    # Sin esto, una petición pequeña espera a juntarse con otra (algoritmo de Nagle).
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _pipe(path: str) -> socket.socket:
    """Una tubería con nombre de Windows, con la forma de un socket que le da el SDK.

    No sabe cerrar un solo sentido: con ella, `docker run -i` no avisa al contenedor del final de la entrada.
    """
    from docker.transport import NpipeSocket

    class Pipe(NpipeSocket):  # type: ignore[misc]
        def shutdown(self, how: int) -> None:
            """Nada: el del SDK la cierra entera, y se perdería lo que falta por leer."""

    pipe = Pipe()
    pipe.connect(path)
    return pipe
