"""El cliente compartido de este proceso."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass

import docker

from muelle.engine.endpoint import Endpoint
from muelle.engine.probe import SECONDS, within
from muelle.faults import explain, plain_errors
from muelle.pace import stretched

_CHOICE = (
    "MUELLE_ENGINE",
    "DOCKER_HOST",
    "DOCKER_CONTEXT",
    "DOCKER_CERT_PATH",
    "DOCKER_TLS_VERIFY",
    "MUELLE_HOME",
)


@dataclass(frozen=True)
class _Connection:
    choice: tuple[str | None, ...]
    endpoint: Endpoint
    client: docker.DockerClient


_connections: list[_Connection] = []
_given: list[Endpoint] = []


def use(endpoint: Endpoint | None) -> None:
    """Da el motor en lugar de buscarlo: así lo hace quien ya lo tiene, como la pestaña de un navegador.

    Args:
        endpoint: el motor con el que trabajará `connect`; None, el que se encuentre.
    """
    _given[:] = [] if endpoint is None else [endpoint]
    _connections.clear()


def connect(progress: Callable[[str], None] | None = None) -> docker.DockerClient:
    """Un cliente del motor del curso, con la imagen base ya cargada.

    El cliente se guarda para el resto del proceso y se comprueba en cada llamada con un `ping`
    (un milisegundo): si el motor privado se murió, se arranca otra vez.

    Args:
        progress: recibe frases mientras se prepara algo.

    Raises:
        EngineUnavailable: no hay motor, o el elegido dejó de responder.
        EngineDenied: el motor no deja entrar a este usuario.
    """
    return connection(progress)[1]


def connection(progress: Callable[[str], None] | None = None) -> tuple[Endpoint, docker.DockerClient]:
    """Como `connect()`, pero con el motor elegido además del cliente."""
    # Aquí dentro: `muelle.base` no depende de este paquete, pero tarda en cargarse.
    from muelle import base
    from muelle.engine import notebook

    notebook.install_error_handler()
    choice = tuple(os.environ.get(name) for name in _CHOICE)
    for known in list(_connections):
        if known.choice == choice and _answers(known.client):
            return known.endpoint, known.client
        _connections.remove(known)
    endpoint = _chosen(progress)
    with plain_errors(where=endpoint.url):
        client = endpoint.client()
        base.ensure(client)
    _connections.append(_Connection(choice, endpoint, client))
    return endpoint, client


def _chosen(progress: Callable[[str], None] | None) -> Endpoint:
    """El que se dio con `use` o, si no se dio ninguno, el que se encuentre."""
    if _given:
        return _given[0]
    from muelle.engine.search.locate import find  # aquí dentro: buscar y arrancar motores toca el sistema

    return find(progress=progress)


def _answers(client: docker.DockerClient) -> bool:
    try:
        within(stretched(SECONDS), client.ping)
    except TimeoutError:
        return False
    except Exception as exc:
        if explain(exc) is None:
            raise
        return False
    return True
