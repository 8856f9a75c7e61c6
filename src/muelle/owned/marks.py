"""La marca de lo que crea el curso, y todo lo que la lleva en un motor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import docker

from muelle.faults import plain_errors
from muelle.faults.listing import listed_images
from muelle.model import familiar_names

LABELS = {"muelle": "1"}
"""La etiqueta que el curso pone a todo lo que crea. Lo que no la lleva no se toca."""
FILTER = {"label": "muelle=1"}


@dataclass(frozen=True)
class Thing:
    """Algo del curso en el motor.

    Args:
        id: con lo que se borra (el identificador, o el nombre si es un volumen).
        names: cómo se llama; vacío si es una imagen sin etiqueta.
    """

    id: str
    names: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """El nombre o, si no tiene, el identificador corto."""
        return self.names[0] if self.names else self.id.removeprefix("sha256:")[:12]


@dataclass(frozen=True)
class Mine:
    """Lo que el curso tiene en un motor, por clases."""

    containers: tuple[Thing, ...] = ()
    images: tuple[Thing, ...] = ()
    networks: tuple[Thing, ...] = ()
    volumes: tuple[Thing, ...] = ()

    def __bool__(self) -> bool:
        return any((self.containers, self.images, self.networks, self.volumes))

    def __str__(self) -> str:
        kinds = (
            (self.containers, "contenedor", "contenedores"),
            (self.images, "imagen", "imágenes"),
            (self.networks, "red", "redes"),
            (self.volumes, "volumen", "volúmenes"),
        )
        parts = [
            f"{len(things)} {one if len(things) == 1 else many} ({', '.join(each.shown for each in things)})"
            for things, one, many in kinds
            if things
        ]
        return "; ".join(parts) or "nada"

    __repr__ = __str__


def is_marked(labels: Mapping[str, str] | None) -> bool:
    """Si unas etiquetas llevan la marca del curso."""
    return (labels or {}).get("muelle") == "1"


def mine(client: docker.DockerClient) -> Mine:
    """Todo lo que lleva la LABEL `muelle=1`, y nada más.

    Una imagen hecha a partir de otra del curso, o un contenedor de una imagen del curso, heredan la marca.
    Las imágenes intermedias se van con la que las usa y no aparecen.

    Raises:
        EngineUnavailable: si el motor no responde.
    """
    api = client.api
    with plain_errors():
        containers = api.containers(all=True, filters=FILTER)
        images = listed_images(client.api, FILTER)
        networks = api.networks(filters=FILTER)
        volumes = api.volumes(filters=FILTER).get("Volumes") or []
    # Se comprueba la marca otra vez aquí: de un filtro que un motor no entienda no se borra nada.
    return Mine(
        tuple(
            Thing(each["Id"], tuple(name.lstrip("/") for name in each.get("Names") or ()))
            for each in containers
            if is_marked(each.get("Labels"))
        ),
        tuple(
            Thing(each["Id"], familiar_names(each.get("RepoTags")))
            for each in images
            if is_marked(each.get("Labels"))
        ),
        tuple(Thing(each["Id"], (each["Name"],)) for each in networks if is_marked(each.get("Labels"))),
        tuple(Thing(each["Name"], (each["Name"],)) for each in volumes if is_marked(each.get("Labels"))),
    )
