"""Con qué motor y con qué reglas se atiende a cada quien: al cuaderno, y a lo que lo comprueba."""

from __future__ import annotations

import functools
import socket
from collections.abc import Callable
from typing import Any

import docker

from muelle.engine import neutral, transport

from .judge import Judge
from .table import FOR_CHECKS, TRAVEL
from .things import Things

SPOKEN = "1.41"
"""La versión de la API que se habla, si el motor la admite: la más vieja que usan los motores del curso."""

Connect = Callable[[], socket.socket]


def connector(url: str) -> Connect:
    """Cómo abrir una conexión con el motor de esa dirección; véase `muelle.engine.transport.connect`."""
    return functools.partial(transport.connect, url)


def policy_for(client: docker.DockerClient, student: str, *, own_engine: bool = False) -> Judge:
    """Las reglas de un estudiante, preguntando al motor de quién es cada cosa.

    Args:
        own_engine: si el motor es solo suyo, y de usar y tirar.
    """
    found = client.api.version(api_version=False)
    lowest = str(found.get("MinAPIVersion") or "1.24")
    version = _clamped(lowest, str(found["ApiVersion"]))
    url = client.api.base_url if _is_tcp(client) else _unix(client)
    own = neutral.Client(base_url=url, version=version)
    return Judge(Things(own.api, student), version, TRAVEL if own_engine else (), lowest=lowest)


def judge_for_checks(judge: Judge) -> Judge:
    """Las reglas de quien comprueba: las del cuaderno, y cargar imágenes."""
    return Judge(judge.things, judge.version, FOR_CHECKS)


def _is_tcp(client: docker.DockerClient) -> bool:
    return not str(client.api.base_url).startswith("http+docker")


def _unix(client: docker.DockerClient) -> str:
    adapter: Any = client.api.get_adapter(client.api.base_url)
    return f"unix://{adapter.socket_path}"


def _clamped(low: str, high: str) -> str:
    def key(version: str) -> tuple[int, ...]:
        return tuple(int(part) for part in version.split("."))

    return min(max(SPOKEN, low, key=key), high, key=key)
