"""Una torre: la imagen base con tantas capas encima como se pida, para buscar cuántas aguanta un motor."""

from __future__ import annotations

import json
from collections.abc import Mapping

import docker
from docker.errors import APIError, ContainerError

from muelle.errors import MuelleError

from .binary import architecture_of
from .content import FILE, Entry
from .pack import CREATED, digest, image_archive, layer_tar, parts, written

NAME = "muelle/torre"
NO_ANSWER = "el motor no respondió a tiempo"
"""Lo que se dice de una torre que no llegó a probarse."""


def tower_archive(architecture: str, count: int, labels: Mapping[str, str]) -> bytes:
    """El archivo de una imagen de `count` capas: las de la base y, encima, pisos de un archivo.

    Dos torres comparten todos sus pisos menos los últimos: el motor no guarda dos veces los comunes.

    Args:
        architecture: la del motor.
        count: cuántas capas en total.
        labels: las etiquetas de la imagen.

    Raises:
        MuelleError: si pide menos capas que las que tiene la base.
    """
    config, tars = parts(architecture_of(architecture))
    extra = count - len(tars)
    if extra < 0:
        raise MuelleError(
            f"La torre más baja tiene {len(tars)} capas, las de la imagen base: pide {len(tars)} o más."
        )
    floors = tuple(layer_tar((Entry(f"piso-{n}", FILE, 0o644, f"{n}\n".encode()),)) for n in range(extra))
    document = json.loads(config)
    document["config"]["Labels"].update(labels)
    document["rootfs"]["diff_ids"] += [digest(floor) for floor in floors]
    document["history"] += [
        {"created": CREATED, "created_by": f"COPY piso-{n} /piso-{n}"} for n in range(extra)
    ]
    return image_archive(written(document), (*tars, *floors), f"{NAME}:{count}")


def tower(client: docker.DockerClient, count: int, labels: Mapping[str, str]) -> str:
    """Carga una torre de `count` capas y arranca un contenedor con ella.

    Returns:
        "" si el contenedor arrancó; si no, lo que dijo el motor.

    Raises:
        MuelleError: si la torre es más baja que la imagen base.
    """
    data = tower_archive(client.version().get("Arch", ""), count, labels)
    try:
        for message in client.api.load_image(data, quiet=False):
            if "error" in message:
                return _last_cause(str(message["error"]))
        client.containers.run(f"{NAME}:{count}", ["true"], remove=True, labels=dict(labels))
    except (APIError, ContainerError) as error:
        return _last_cause(str(getattr(error, "explanation", None) or error))
    except OSError:  # requests.Timeout y compañía
        return NO_ANSWER
    return ""


def _last_cause(message: str) -> str:
    """El último tramo del error del motor: el motivo, sin las rutas de su máquina que van delante."""
    return message.rstrip('"} \n').rpartition(": ")[2]
