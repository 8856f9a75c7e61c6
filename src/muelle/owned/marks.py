"""La marca de lo que crea el curso, y todo lo que la lleva en un motor."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import docker

from muelle.model import familiar_names

from .answers import listed_images, plain_errors

#: La etiqueta que el curso pone a todo lo que crea. Lo que no la lleva no se toca.
LABELS = {"muelle": "1"}
_FILTER = {"label": "muelle=1"}


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


def is_marked(labels: Mapping[str, str] | None) -> bool:
    """Si unas etiquetas llevan la marca del curso."""
    return (labels or {}).get("muelle") == "1"


def mine(client: docker.DockerClient) -> Mine:
    """Todo lo que lleva la etiqueta `muelle=1`, y nada más.

    Una imagen hecha a partir de otra del curso, o un contenedor de una imagen del curso, heredan la marca.
    Las imágenes intermedias se van con la que las usa y no aparecen.

    Raises:
        EngineUnavailable: si el motor no responde.
    """
    api = client.api
    with plain_errors("mirar lo que tiene"):
        containers = api.containers(all=True, filters=_FILTER)
        images = listed_images(client, _FILTER)
        networks = api.networks(filters=_FILTER)
        volumes = api.volumes(filters=_FILTER).get("Volumes") or []
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
