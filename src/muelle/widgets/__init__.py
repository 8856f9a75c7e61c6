"""Controles para tocar lo que se explica: un explorador, un laboratorio y un panel.

Son finos: preguntan con `sources` y `owned` y dibujan con `draw`. Cada uno tiene una forma
estática, que es la que lleva la página construida.
"""

from __future__ import annotations

from collections.abc import Mapping

from muelle.engine import connect
from muelle.widgets.containers import ContainerPanel, container_panel
from muelle.widgets.images import Explorer, explorer

from .lab import DOCKERFILE, DockerfileLab, dockerfile_lab

__all__ = [
    "ContainerPanel",
    "DockerfileLab",
    "Explorer",
    "container_panel",
    "dockerfile_lab",
    "explore",
    "explorer",
    "laboratory",
    "panel",
]


def explore(*names: str) -> Explorer:
    """Un explorador de imágenes del motor compartido; véase `explorer`."""
    return explorer(connect(), *names)


def laboratory(
    dockerfile: str = DOCKERFILE,
    files: Mapping[str, bytes | str | None] | None = None,
    *,
    tag: str = "muelle/laboratorio",
) -> DockerfileLab:
    """Un laboratorio de Dockerfiles en el motor compartido; véase `dockerfile_lab`."""
    return dockerfile_lab(connect(), dockerfile, files, tag=tag)


def panel(name: str) -> ContainerPanel:
    """Un panel de un contenedor del motor compartido; véase `container_panel`."""
    return container_panel(connect(), name)
