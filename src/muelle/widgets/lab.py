"""El laboratorio de Dockerfiles: se edita, se construye y se ven las capas y la caché."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import docker
import ipywidgets as w

from muelle import draw, owned
from muelle.errors import MuelleError
from muelle.sources import daemon

from . import pages
from .shown import Shown

DOCKERFILE = """FROM muelle/base
ENV SALUDO="hola"
RUN echo "$SALUDO" > /saludo
CMD ["cat", "/saludo"]
"""


class DockerfileLab(Shown):
    """Laboratorio de Dockerfiles."""

    def __init__(
        self,
        client: docker.DockerClient,
        dockerfile: str,
        files: Mapping[str, bytes | str | None],
        tag: str,
    ) -> None:
        self._client, self._files, self._tag = client, files, tag
        self.text = w.Textarea(
            value=dockerfile,
            description="Dockerfile:",
            rows=12,
            layout=w.Layout(width="auto"),
            style={"description_width": "initial"},
        )
        self.button = w.Button(description="Construir", icon="play", tooltip=f"Construye {tag}")
        self.button.on_click(self._on_build)
        self._result = w.HTML()
        self._built = dockerfile
        self._show()

    def view(self) -> w.Widget:
        """El texto y el botón a un lado y el resultado al otro; en pantallas estrechas, debajo."""
        left = w.VBox([self.text, self.button], layout=w.Layout(flex="1 1 320px", min_width="0"))
        right = w.VBox([self._result], layout=w.Layout(flex="1 1 360px", min_width="0"))
        return w.HBox([left, right], layout=w.Layout(flex_flow="row wrap"))

    def static(self) -> str:
        """El último Dockerfile construido y lo que salió de él."""
        source = pages.fold("El Dockerfile", pages.code(self._built), open_now=True)
        return pages.section("laboratorio", f"Construcción de {self._tag}", source + self._result.value)

    def _on_build(self, _button: Any) -> None:
        self.button.disabled = True
        self._result.value = pages.live("Resultado", pages.paragraph("Construyendo…"))
        try:
            self._show()
        finally:
            self.button.disabled = False

    def _show(self) -> None:
        self._built = self.text.value
        self._result.value = pages.live("Resultado", self._build())

    def _build(self) -> str:
        """Construye y devuelve el resultado en HTML; un fallo también es un resultado."""
        try:
            built = owned.build(self._client, self._built, self._files, tag=self._tag)
            image = daemon.image(self._client, built.image_id)
        except owned.BuildFailed as failure:
            return pages.paragraph(f"✗ {failure}") + _steps(failure.steps)
        except MuelleError as problem:
            return pages.paragraph(f"✗ {problem}")
        cached = sum(1 for step in built.steps if step.cached)
        counted = f"{draw.units.count(len(built.steps), 'paso', 'pasos')}, {cached} de la caché."
        graph = draw.build(built.steps, image, title=f"La construcción de {self._tag}")._repr_html_()
        layers = pages.fold("Las capas de la imagen", draw.image(image)._repr_html_())
        return pages.paragraph(f"✓ {counted}") + graph + layers + _output(built.steps)


def _steps(steps: tuple[owned.Step, ...]) -> str:
    """Los pasos hasta el que falló, con lo que escribió."""
    if not steps:
        return ""
    return draw.build(steps, title="La construcción, hasta donde llegó")._repr_html_() + _output(steps)


def _output(steps: tuple[owned.Step, ...]) -> str:
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
        tag: nombre de la imagen, que lleva la etiqueta del curso.
    """
    return DockerfileLab(client, dockerfile, files or {}, tag)
