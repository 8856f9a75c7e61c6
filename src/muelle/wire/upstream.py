"""Llegar al motor de verdad: un socket conectado por cada conexión del cliente."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from typing import Protocol
from urllib.parse import urlsplit

from muelle.errors import EngineUnavailable, MuelleError

#: Cuánto se espera a que el motor acepte una conexión, en segundos.
CONNECT_SECONDS = 10.0


class Endpoint(Protocol):
    """Lo que hace falta saber de un motor (lo cumple `muelle.engine.Endpoint`)."""

    @property
    def url(self) -> str:
        """La dirección, como en DOCKER_HOST."""


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


def connector(endpoint: Endpoint | str) -> Callable[[], socket.socket]:
    """Una función que abre una conexión nueva con el motor.

    Args:
        endpoint: un motor, o su dirección: `unix://`, `http+unix://`, `tcp://` sin TLS o,
            en Windows, `npipe://`.

    Raises:
        MuelleError: si la conversación con ese tipo de motor no se puede escuchar.
    """
    url = endpoint if isinstance(endpoint, str) else endpoint.url
    scheme, _, rest = url.partition("://")
    if scheme in ("unix", "http+unix") and hasattr(socket, "AF_UNIX"):
        path = "/" + rest.replace("%2F", "/").replace("%2f", "/").lstrip("/")
        return lambda: _unix(path)
    if scheme in ("tcp", "http") and not getattr(endpoint, "tls", None):
        parts = urlsplit(url)
        host, port = parts.hostname or "127.0.0.1", parts.port or 2375
        return lambda: _tcp(host, port)
    if scheme == "npipe" and sys.platform == "win32":
        return lambda: _pipe(rest)
    kind = "TLS" if scheme in ("tcp", "http", "https") else scheme or url
    raise MuelleError(
        f"La conversación con un motor al que se llega por {kind} no se puede grabar: "
        "usa un motor de esta máquina."
    )


def check(connect: Callable[[], socket.socket]) -> None:
    """Comprueba que el motor acepta conexiones.

    Raises:
        EngineUnavailable: si no.
    """
    try:
        connect().close()
    except OSError as error:
        raise EngineUnavailable(
            "El motor no acepta conexiones: arráncalo o ejecuta «./curso diagnostico»."
        ) from error
