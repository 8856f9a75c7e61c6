"""El motor de la pestaña, con las mismas maneras de hablarle que cualquier otro."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import docker
import urllib3
import urllib3.connectionpool
from docker.transport.basehttpadapter import BaseHTTPAdapter
from urllib3.connectionpool import HTTPConnection  # el de verdad: `urllib3.connection` lleva el de Pyodide

from muelle.engine import Endpoint, neutral

from .wire import Socket, Wire

SHOWN = "la máquina de esta pestaña"
ADDRESS = "http://docker:2375"
PATIENCE = 300.0
"""Lo que se espera cada respuesta, en segundos: este motor va unas cien veces más despacio que uno nativo."""


class TabEndpoint(Endpoint):
    """El motor que corre en la página."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(url=ADDRESS, origin="corre en esta pestaña")
        object.__setattr__(self, "wire", wire)

    wire: Wire

    @property
    def shown(self) -> str:
        """Cómo se llama en los diagramas."""
        return SHOWN

    @property
    def transport(self) -> str:
        """Por dónde van los bytes."""
        return "TCP"

    def connect(self) -> Socket:  # type: ignore[override]
        """Una conexión desnuda con el demonio."""
        return self.wire.connect()

    def client(self, timeout: float = PATIENCE) -> docker.DockerClient:  # noqa: ARG002
        """Un cliente nuevo del SDK, con la versión de la API acordada con el motor."""
        return client_over(self.connect)


def client_over(connect: Callable[[], Any]) -> docker.DockerClient:
    """Un cliente del SDK que abre cada conexión con `connect`."""
    client = neutral.Client(base_url=ADDRESS, version=docker.constants.MINIMUM_DOCKER_API_VERSION)
    client.api.timeout = PATIENCE
    client.api.mount(ADDRESS, _Adapter(connect))
    client.api._version = client.api.version(api_version=False)["ApiVersion"]
    return client


class _Connection(HTTPConnection):
    """Una conexión HTTP sobre la máquina."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        super().__init__("docker", timeout=PATIENCE)
        self._open = connect

    def _new_conn(self) -> Any:
        return self._open()

    @property
    def is_connected(self) -> bool:
        """Si está abierta y es con la máquina de ahora; aquí no hay descriptor al que preguntarlo."""
        return self.sock is not None and self.sock.current


class _Pool(urllib3.connectionpool.HTTPConnectionPool):
    """Las conexiones que se reutilizan."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        super().__init__("docker", timeout=PATIENCE, maxsize=4)
        self._open = connect

    def _new_conn(self) -> Any:
        return _Connection(self._open)


class _Adapter(BaseHTTPAdapter):
    """Lo que `requests` usa para llegar al motor de la pestaña."""

    def __init__(self, connect: Callable[[], Any]) -> None:
        super().__init__()
        self._open = connect
        self._pool = _Pool(connect)

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> Any:
        """La reserva de conexiones: siempre la misma."""
        return self._pool

    def request_url(self, request: Any, proxies: Any) -> str:  # noqa: ARG002
        """El camino, sin la máquina."""
        path: str = request.path_url
        return path

    def close(self) -> None:
        """Cierra las conexiones; como en los demás motores, quien vuelva a pedir algo abre otras."""
        self._pool.close()
        self._pool = _Pool(self._open)
