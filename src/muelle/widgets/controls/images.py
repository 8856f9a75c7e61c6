"""Los controles del explorador: la lista de imágenes, la de capas y los filtros."""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from muelle.model import Change
from muelle.widgets import pages
from muelle.widgets.images import Explorer

_KINDS = {
    "Añade": (Change.ADDED,),
    "Cambia": (Change.CHANGED,),
    "Borra": (Change.REMOVED, Change.OPAQUE),
}
_OPENS = "Con el teclado, Espacio abre la lista"


class ExplorerControls:
    """Lo que se toca de un explorador.

    Args:
        explorer: el que guarda qué se eligió y qué hay en ello.
    """

    def __init__(self, explorer: Explorer) -> None:
        self._explorer = explorer
        names = explorer.names
        self.image = w.Dropdown(options=names, value=names[0], description="Imagen:", tooltip=_OPENS)
        # Una lista a la vista (`Select`) no sirve: JupyterLab se queda con las flechas (ipywidgets #3912).
        self.layer = w.Dropdown(description="Capa:", tooltip=_OPENS, layout=w.Layout(width="auto"))
        self.kinds = {
            name: w.Checkbox(value=True, description=name, indent=False, layout=w.Layout(width="auto"))
            for name in _KINDS
        }
        self.path = w.Text(
            description="Ruta:", placeholder="parte de una ruta", layout=w.Layout(width="auto")
        )
        self.graph, self.files, self.waste = w.HTML(), w.HTML(), w.HTML()
        self._show_image()
        self.image.observe(self._on_image, "value")
        for control in (self.layer, self.path, *self.kinds.values()):
            control.observe(self._on_filter, "value")

    def box(self) -> w.Widget:
        """Los controles a un lado y el grafo al otro; en una pantalla estrecha, uno bajo otro."""
        boxes = w.HBox(list(self.kinds.values()), layout=w.Layout(flex_flow="row wrap"))
        right = w.VBox(
            [self.layer, self.path, boxes, self.files, self.waste],
            layout=w.Layout(flex="1 1 340px", min_width="0"),
        )
        left = w.VBox([self.graph], layout=w.Layout(flex="0 1 360px", min_width="0"))
        body = w.HBox([left, right], layout=w.Layout(flex_flow="row wrap"))
        return w.VBox([self.image, body])

    def _on_image(self, _change: Any) -> None:
        self.graph.value = self.waste.value = ""
        self.files.value = pages.live("Archivos", pages.paragraph("Leyendo las capas…"))
        self._explorer.choose(self.image.value)
        self._show_image()

    def _on_filter(self, _change: Any) -> None:
        self._show_files()

    def _show_image(self) -> None:
        self.graph.value, found = self._explorer.graph, self._explorer.found
        if found is None:
            self.layer.options = ()
            self.files.value = pages.live("Archivos", pages.paragraph(self._explorer.problem))
            return
        count = len(found.image.layers)
        self.layer.options = [
            (pages.short(found.layer_title(position)), position) for position in reversed(range(count))
        ]
        self.layer.index = 0 if count else None
        self.waste.value = pages.waste(found)
        self._show_files()

    def _show_files(self) -> None:
        found, position = self._explorer.found, self.layer.value
        if found is None or position is None:
            return
        wanted = [kind for name, box in self.kinds.items() if box.value for kind in _KINDS[name]]
        chosen = found.select(position, wanted, self.path.value)
        title = f"Archivos de la capa {position + 1}"
        body = pages.files(title, chosen, len(found.changes[position]))
        self.files.value = pages.live(title, body)
