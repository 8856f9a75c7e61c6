"""Los controles del laboratorio: el texto del Dockerfile y el botón que lo construye."""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from muelle.widgets import pages
from muelle.widgets.lab import DockerfileLab


class LabControls:
    """Lo que se toca de un laboratorio.

    Args:
        lab: el que construye y guarda lo que salió.
    """

    def __init__(self, lab: DockerfileLab) -> None:
        self._lab = lab
        self.text = w.Textarea(
            value=lab.dockerfile,
            description="Dockerfile:",
            rows=12,
            layout=w.Layout(width="auto"),
            style={"description_width": "initial"},
        )
        self.button = w.Button(description="Construir", icon="play", tooltip=f"Construye {lab.tag}")
        self.button.on_click(self._on_build)
        self.result = w.HTML(value=lab.result)

    def box(self) -> w.Widget:
        """El texto y el botón a un lado y el resultado al otro; en pantallas estrechas, debajo."""
        left = w.VBox([self.text, self.button], layout=w.Layout(flex="1 1 320px", min_width="0"))
        right = w.VBox([self.result], layout=w.Layout(flex="1 1 360px", min_width="0"))
        return w.HBox([left, right], layout=w.Layout(flex_flow="row wrap"))

    def _on_build(self, _button: Any) -> None:
        self.button.disabled = True
        self.result.value = pages.live("Resultado", pages.paragraph("Construyendo…"))
        try:
            self._lab.build(self.text.value)
            self.result.value = self._lab.result
        finally:
            self.button.disabled = False
