"""Lo que tienen en común los tres controles: se ven vivos en un cuaderno y quietos en una página."""

from __future__ import annotations

from abc import ABC, abstractmethod
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ipywidgets as w


class Shown(ABC):
    """Un control con dos formas: la viva (ipywidgets) y la estática (HTML sin JavaScript).

    Un cuaderno elige la viva; el libro construido, la estática. Donde no hay ipywidgets, solo hay estática.
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
        live = find_spec("ipywidgets") is not None
        bundle: dict[str, Any] = dict(self.view()._repr_mimebundle_() or {}) if live else {}
        return {**bundle, "text/plain": type(self).__doc__ or "", "text/html": self.static()}
