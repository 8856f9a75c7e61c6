"""El explorador: se elige una imagen y se ve su grafo; se elige una capa y se ven sus archivos."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import docker
import ipywidgets as w

from muelle import draw
from muelle.errors import MuelleError, NotFound
from muelle.model import Change
from muelle.sources import daemon

from . import pages
from .exploration import Exploration, Shelf
from .shown import Shown

_KINDS = {
    "Añade": (Change.ADDED,),
    "Cambia": (Change.CHANGED,),
    "Borra": (Change.REMOVED, Change.OPAQUE),
}
_OPENS = "Con el teclado, Espacio abre la lista"


class Explorer(Shown):
    """Explorador de imágenes y capas."""

    def __init__(self, client: docker.DockerClient, names: Sequence[str]) -> None:
        self._client = client
        self._shelf = Shelf(lambda name: daemon.contents(client, name))
        self.image = w.Dropdown(options=list(names), value=names[0], description="Imagen:", tooltip=_OPENS)
        # Una lista a la vista (`Select`) no sirve: JupyterLab se queda con las flechas (ipywidgets #3912).
        self.layer = w.Dropdown(description="Capa:", tooltip=_OPENS, layout=w.Layout(width="auto"))
        self.kinds = {
            name: w.Checkbox(value=True, description=name, indent=False, layout=w.Layout(width="auto"))
            for name in _KINDS
        }
        self.path = w.Text(
            description="Ruta:", placeholder="parte de una ruta", layout=w.Layout(width="auto")
        )
        self._graph, self._files, self._waste = w.HTML(), w.HTML(), w.HTML()
        self._found: Exploration | None = None
        self._show_image()
        self.image.observe(self._on_image, "value")
        for control in (self.layer, self.path, *self.kinds.values()):
            control.observe(self._on_filter, "value")

    def view(self) -> w.Widget:
        """Los controles a un lado y el grafo al otro; en una pantalla estrecha, uno bajo otro."""
        boxes = w.HBox(list(self.kinds.values()), layout=w.Layout(flex_flow="row wrap"))
        right = w.VBox(
            [self.layer, self.path, boxes, self._files, self._waste],
            layout=w.Layout(flex="1 1 340px", min_width="0"),
        )
        left = w.VBox([self._graph], layout=w.Layout(flex="0 1 360px", min_width="0"))
        body = w.HBox([left, right], layout=w.Layout(flex_flow="row wrap"))
        return w.VBox([self.image, body])

    def static(self) -> str:
        """El grafo de la imagen elegida y, plegado, lo que hay en cada capa."""
        found = self._found
        if found is None:
            return str(self._files.value)
        title = f"Explorar {found.image.name}"
        parts = [draw.image(found.image)._repr_html_()]
        for position in reversed(range(len(found.image.layers))):
            every = found.changes[position]
            name = found.layer_title(position)
            body = pages.files(f"Archivos de la capa {position + 1}", every, len(every))
            parts.append(pages.fold(pages.short(name, 110), body))
        parts.append(pages.waste(found))
        return pages.section("explorador", title, "".join(parts))

    def _on_image(self, _change: Any) -> None:
        self._show_image()

    def _on_filter(self, _change: Any) -> None:
        self._show_files()

    def _show_image(self) -> None:
        self._graph.value = self._waste.value = ""
        self._found = None
        self._files.value = pages.live("Archivos", pages.paragraph("Leyendo las capas…"))
        try:
            # Se pregunta cada vez: con ese nombre puede haber ya otra imagen.
            image = daemon.image(self._client, self.image.value)
            self._graph.value = draw.image(image)._repr_html_()
            found = self._shelf.get(image)
        except MuelleError as problem:
            self.layer.options = ()
            self._files.value = pages.live("Archivos", pages.paragraph(f"✗ {problem}"))
            return
        count = len(found.image.layers)
        self.layer.options = [
            (pages.short(found.layer_title(position)), position) for position in reversed(range(count))
        ]
        self.layer.index = 0 if count else None
        self._found = found
        self._waste.value = pages.waste(found)
        self._show_files()

    def _show_files(self) -> None:
        position = self.layer.value
        if self._found is None or position is None:
            return
        wanted = [kind for name, box in self.kinds.items() if box.value for kind in _KINDS[name]]
        found = self._found.select(position, wanted, self.path.value)
        title = f"Archivos de la capa {position + 1}"
        body = pages.files(title, found, len(self._found.changes[position]))
        self._files.value = pages.live(title, body)


def explorer(client: docker.DockerClient, *names: str) -> Explorer:
    """Un explorador de imágenes: su grafo, sus capas y los archivos de cada una.

    Args:
        names: las imágenes que se pueden elegir; sin ninguna, todas las que tienen nombre.

    Raises:
        NotFound: alguna no existe, o no hay ninguna imagen.
    """
    images = [daemon.image(client, name) for name in names] or list(daemon.images(client))
    if not images:
        raise NotFound("El motor no tiene ninguna imagen con nombre: construye o carga una y repite.")
    return Explorer(client, list(dict.fromkeys(image.name for image in images)))
