"""Lo que tienen en común los tres controles: se ven vivos en un cuaderno y quietos en una página."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import ipywidgets as w


class Shown(ABC):
    """Un control con dos formas: la viva (ipywidgets) y la estática (HTML sin JavaScript).

    Un cuaderno elige la viva; el libro construido, la estática.
    """

    @abstractmethod
    def view(self) -> w.Widget:
        """El control vivo."""

    @abstractmethod
    def static(self) -> str:
        """Los mismos datos en HTML, plegables con `<details>`."""

    def _repr_html_(self) -> str:
        return self.static()

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        bundle: dict[str, Any] = dict(self.view()._repr_mimebundle_() or {})
        return {**bundle, "text/plain": type(self).__doc__ or "", "text/html": self.static()}
