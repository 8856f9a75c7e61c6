"""El laboratorio de Dockerfiles: se edita, se construye y se ven las capas y la caché."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import docker

from muelle import builder, draw
from muelle.draw import units
from muelle.errors import MuelleError
from muelle.sources import daemon

from . import pages
from .shown import Shown

if TYPE_CHECKING:
    import ipywidgets as w

    from muelle.widgets.controls.lab import LabControls

DOCKERFILE = """FROM muelle/base
ENV SALUDO="hola"
RUN echo "$SALUDO" > /saludo
CMD ["cat", "/saludo"]
"""


class DockerfileLab(Shown):
    """Laboratorio de Dockerfiles.

    Attributes:
        dockerfile: el último que se construyó.
        result: lo que salió de él, en HTML.
        tag: el nombre de la imagen.
    """

    def __init__(
        self,
        client: docker.DockerClient,
        dockerfile: str,
        files: Mapping[str, bytes | str | None],
        tag: str,
    ) -> None:
        self._client, self._files, self.tag = client, files, tag
        self.dockerfile = self.result = ""
        self.build(dockerfile)

    def build(self, dockerfile: str) -> None:
        """Construye un Dockerfile; un fallo también es un resultado."""
        self.dockerfile = dockerfile
        self.result = pages.live("Resultado", self._build())

    @cached_property
    def controls(self) -> LabControls:
        """Los controles vivos; se hacen la primera vez que se piden."""
        from muelle.widgets.controls.lab import LabControls

        return LabControls(self)

    def view(self) -> w.Widget:
        """El texto y el botón a un lado y el resultado al otro; en pantallas estrechas, debajo."""
        return self.controls.box()

    def static(self) -> str:
        """El último Dockerfile construido y lo que salió de él."""
        source = pages.fold("El Dockerfile", pages.code(self.dockerfile), open_now=True)
        return pages.section("laboratorio", f"Construcción de {self.tag}", source + self.result)

    def _build(self) -> str:
        """Construye y devuelve el resultado en HTML; un fallo también es un resultado."""
        try:
            built = builder.build(self._client, self.dockerfile, self._files, tag=self.tag)
            image = daemon.image(self._client, built.image_id)
        except builder.BuildFailed as failure:
            return pages.paragraph(f"✗ {failure}") + _steps(failure.steps)
        except MuelleError as problem:
            return pages.paragraph(f"✗ {problem}")
        cached = sum(1 for step in built.steps if step.cached)
        counted = f"{units.count(len(built.steps), 'paso', 'pasos')}, {cached} de la caché."
        graph = draw.build(built.steps, image, title=f"La construcción de {self.tag}")._repr_html_()
        layers = pages.fold("Las capas de la imagen", draw.image(image)._repr_html_())
        return pages.paragraph(f"✓ {counted}") + graph + layers + _output(built.steps)


def _steps(steps: tuple[builder.Step, ...]) -> str:
    """Los pasos hasta el que falló, con lo que escribió."""
    if not steps:
        return ""
    return draw.build(steps, title="La construcción, hasta donde llegó")._repr_html_() + _output(steps)


def _output(steps: tuple[builder.Step, ...]) -> str:
    lines = [line for step in steps for line in (f"{step.number}. {step.instruction}", *step.output)]
    return pages.fold("Lo que escribió cada paso", pages.code("\n".join(lines)))


def dockerfile_lab(
    client: docker.DockerClient,
    dockerfile: str = DOCKERFILE,
    files: Mapping[str, bytes | str | None] | None = None,
    *,
    tag: str = "muelle/laboratorio",
) -> DockerfileLab:
    """Un Dockerfile que se edita y se construye, con sus pasos, su caché y sus capas al lado.

    Args:
        dockerfile: el texto con el que empieza; se construye ya una vez.
        files: ruta → contenido del resto del contexto.
        tag: nombre de la imagen, que lleva la LABEL del curso.
    """
    return DockerfileLab(client, dockerfile, files or {}, tag)
