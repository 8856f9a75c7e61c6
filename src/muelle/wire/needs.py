"""Lo que el cable necesita del sistema, y se puede dar hecho de otra manera: quien oye y quien ejecuta."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import docker

from muelle.engine import neutral
from muelle.engine.endpoint import Endpoint

from .record import Recording

OTHER_CHOICES = ("MUELLE_ENGINE", "DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH")
"""Variables que llevarían al cliente a otro motor, o a este por otro camino."""


class Ear(Protocol):
    """Quien oye la conversación con un motor: en esta máquina, un `Proxy`."""

    @property
    def url(self) -> str:
        """La dirección en la que se oye, para DOCKER_HOST."""

    @property
    def recording(self) -> Recording:
        """Donde anota lo que oye."""

    def client(self) -> docker.DockerClient:
        """Un cliente del SDK nuevo, al que se oye."""

    def close(self) -> None:
        """Deja de oír; lo anotado se queda."""


@dataclass(frozen=True)
class Order:
    """Una orden lista para ejecutarse.

    Args:
        words: `docker` y sus argumentos.
        variables: las de entorno que pone la orden, sobre las del terminal.
        seconds: plazo; después se detiene.
        folder: carpeta en la que se ejecuta; None, la actual.
    """

    words: tuple[str, ...]
    variables: dict[str, str]
    seconds: float
    folder: Path | None


@dataclass(frozen=True)
class Ended:
    """Cómo acabó una orden.

    Args:
        output: lo que escribió, salida y errores en el orden en que llegaron.
        exit_code: su código de salida.
        note: una frase si algo la detuvo, o "".
    """

    output: str
    exit_code: int | None
    note: str = ""


Hear = Callable[[Endpoint], Ear]
"""Empieza a oír lo que se le diga a un motor. Lanza `EngineUnavailable` si no acepta conexiones."""

Runner = Callable[[Ear], Ended]
"""Ejecuta una orden que habla con el demonio por donde se la oye."""

Prepare = Callable[[Order], Runner]
"""De una orden a quien la ejecuta. Lanza `MissingTool` si aquí no se puede."""


def environment(ear: Ear, base: Mapping[str, str]) -> dict[str, str]:
    """Las variables de entorno con las que se oye a un programa, sin lo que cambiaría lo que hace.

    Args:
        ear: quien lo va a oír.
        base: las que tendría sin que se le oyera.
    """
    kept = {name: value for name, value in neutral.environment(base).items() if name not in OTHER_CHOICES}
    return {**kept, "DOCKER_HOST": ear.url}
