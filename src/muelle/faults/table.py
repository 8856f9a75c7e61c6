"""La tabla de los fallos del motor: qué se ve, qué error del curso es y con qué frase se dice."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import HTTPException

import requests.exceptions
import urllib3.exceptions

from muelle.errors import EngineDenied, EngineTimeout, EngineUnavailable, MuelleError, NameTaken, NotFound

HOW_TO_START = "escribe `./curso motor arrancar`, o `./curso diagnostico` para saber qué falta"
HOW_TO_JOIN = (
    "escribe `sudo usermod -aG docker $USER` y después `newgrp docker` (equivale a darle root: capítulo 2), "
    "o pide permiso a quien administra la máquina"
)
HOW_TO_JOIN_PODMAN = (
    "ese socket de Podman es de otro usuario, y el grupo docker no lo abre; "
    "pon en marcha el tuyo con `systemctl --user start podman.socket`"
)
FULL_DISK = (
    "El disco está lleno y no se puede guardar nada más: "
    "libera espacio (`./curso limpiar` quita lo que creó el curso) y repite."
)


@dataclass(frozen=True)
class Answer:
    """Una fila de la tabla: lo que el motor responde con un código de error HTTP.

    Args:
        status: el código; None, cualquiera.
        words: lo que ha de decir, sin contar mayúsculas (una expresión regular).
        kind: el error del curso.
        sentence: la frase; `{said}` es lo que dijo el motor y `{asked}`, lo que se le pidió.
        named: la frase si se sabe lo que se pidió; "", la misma.
    """

    status: int | None
    words: str
    kind: type[MuelleError]
    sentence: str
    named: str = ""


_NO_NAME = "un nombre de imagen (`repositorio:etiqueta`) va en minúsculas, sin espacios ni acentos."
_WHICH = "No existe {asked}: mira el nombre con `docker image ls` o `docker ps -a`."

ANSWERS = (
    Answer(
        None,
        "client version.*too old",
        EngineUnavailable,
        "El motor es más nuevo de lo que entiende la biblioteca del curso: "
        "vuelve a preparar el curso con `./curso diagnostico` (el motor dice: «{said}»).",
    ),
    Answer(
        None,  # Docker, con 400; Podman, con 500
        "invalid reference|parsing reference|repository name must",
        NotFound,
        f"No puede existir una imagen que se llame así (el motor dice: «{{said}}»): {_NO_NAME}",
        f"No puede existir {{asked}}: {_NO_NAME}",
    ),
    Answer(
        None,  # Docker, al arrancar; Podman lo dice como el sistema
        "port is already allocated|address already in use",
        NameTaken,
        "Ese puerto del anfitrión ya lo tiene otro: publica en otro, o deja que el motor elija uno libre "
        "(el motor dice: «{said}»).",
    ),
    Answer(
        None,  # Docker, con 403; Podman, con 500
        "pool overlaps|is already used on the host|non-overlapping ipv4 address pool",
        NameTaken,
        "Esas direcciones ya son de otra red: no digas cuáles y el motor elegirá, o quita con "
        "`docker network rm` una que no uses (el motor dice: «{said}»).",
    ),
    Answer(
        400,  # Docker 20.10, de un nombre larguísimo
        "no such image",
        NotFound,
        f"No puede existir una imagen que se llame así (el motor dice: «{{said}}»): {_NO_NAME}",
        f"No puede existir {{asked}}: {_NO_NAME}",
    ),
    Answer(
        404,
        "no such image",
        NotFound,
        "El motor no tiene esa imagen: mira cuáles hay con `docker image ls` (dice: «{said}»).",
        _WHICH,
    ),
    Answer(
        404,
        "",
        NotFound,
        "El motor no encuentra lo que se pide: revisa el nombre (dice: «{said}»).",
        _WHICH,
    ),
    Answer(
        409,
        "already in use|already exists|name",
        NameTaken,
        "Ese nombre ya está en uso: elige otro o borra lo que lo tiene (el motor dice: «{said}»).",
    ),
    Answer(409, "", MuelleError, "El motor no puede hacerlo en el estado actual: «{said}»."),
    Answer(None, "", MuelleError, "El motor rechazó la petición ({code}) y da este motivo: «{said}»."),
)


@dataclass(frozen=True)
class Broken:
    """Una fila de la tabla: lo que falla antes de que el motor responda, o a mitad de respuesta.

    Args:
        causes: lo que se lanzó, o lo que lo causó.
        kind: el error del curso.
        sentence: la frase; `{at}` es dónde y `{join}`, qué hacer sin permiso.
    """

    causes: tuple[type[BaseException], ...]
    kind: type[MuelleError]
    sentence: str


def on_the_way() -> tuple[Broken, ...]:
    """La tabla de lo que falla por el camino; la última fila es la de una conversación cortada."""
    from socket import gaierror  # aquí dentro: en una página web no se usan sockets

    return (
        Broken(
            (PermissionError,),
            EngineDenied,
            "El motor{at} existe, pero tu usuario no tiene permiso: {join}.",
        ),
        Broken(
            (FileNotFoundError,),
            EngineUnavailable,
            f"No hay ningún motor{{at}} (el socket no existe): {HOW_TO_START}.",
        ),
        Broken(
            (ConnectionRefusedError,),
            EngineUnavailable,
            f"Nadie escucha{{at}}: el motor está parado; {HOW_TO_START}.",
        ),
        Broken(
            (gaierror,),
            EngineUnavailable,
            "No se encuentra la máquina del motor{at}: revisa el nombre de DOCKER_HOST.",
        ),
        Broken(
            (requests.exceptions.SSLError, urllib3.exceptions.SSLError),
            EngineUnavailable,
            "La conexión TLS con el motor{at} no se pudo acordar: "
            "revisa los certificados y DOCKER_TLS_VERIFY.",
        ),
        Broken(
            (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError),
            EngineTimeout,
            "El motor{at} no respondió a tiempo: comprueba que sigue en marcha con `./curso diagnostico`.",
        ),
        Broken(
            (ConnectionResetError, BrokenPipeError, HTTPException),
            EngineUnavailable,
            f"El motor{{at}} cortó la conversación a mitad: si se paró, {HOW_TO_START}, y repite.",
        ),
    )
