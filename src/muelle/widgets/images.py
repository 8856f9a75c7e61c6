"""El explorador: se elige una imagen y se ve su grafo; se elige una capa y se ven sus archivos."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import docker

from muelle import draw
from muelle.errors import MuelleError, NotFound
from muelle.sources import daemon
from muelle.widgets import pages
from muelle.widgets.exploration import Exploration, Shelf
from muelle.widgets.shown import Shown

if TYPE_CHECKING:
    import ipywidgets as w

    from muelle.widgets.controls.images import ExplorerControls


class Explorer(Shown):
    """Explorador de imágenes y capas.

    Attributes:
        names: las imágenes que se pueden elegir.
        graph: el grafo de la elegida, en HTML; "" si no se pudo leer.
        found: lo que hay en sus capas; None si no se pudieron leer.
        problem: por qué no; "" si se pudo.
    """

    def __init__(self, client: docker.DockerClient, names: Sequence[str]) -> None:
        self._client, self.names = client, list(names)
        self._shelf = Shelf(lambda name: daemon.contents(client, name))
        self.graph, self.problem = "", ""
        self.found: Exploration | None = None
        self.choose(self.names[0])

    def choose(self, name: str) -> None:
        """Elige una imagen y la lee; si no se puede, queda dicho en `problem`."""
        self.graph, self.found, self.problem = "", None, ""
        try:
            # Se pregunta cada vez: con ese nombre puede haber ya otra imagen.
            image = daemon.image(self._client, name)
            self.graph = draw.image(image)._repr_html_()
            self.found = self._shelf.get(image)
        except MuelleError as problem:
            self.problem = f"✗ {problem}"

    @cached_property
    def controls(self) -> ExplorerControls:
        """Los controles vivos; se hacen la primera vez que se piden."""
        from muelle.widgets.controls.images import ExplorerControls

        return ExplorerControls(self)

    def view(self) -> w.Widget:
        """Los controles a un lado y el grafo al otro; en una pantalla estrecha, uno bajo otro."""
        return self.controls.box()

    def static(self) -> str:
        """El grafo de la imagen elegida y, plegado, lo que hay en cada capa."""
        found = self.found
        if found is None:
            return pages.live("Archivos", pages.paragraph(self.problem))
        title = f"Explorar {found.image.name}"
        parts = [draw.image(found.image)._repr_html_()]
        for position in reversed(range(len(found.image.layers))):
            every = found.changes[position]
            name = found.layer_title(position)
            body = pages.files(f"Archivos de la capa {position + 1}", every, len(every))
            parts.append(pages.fold(pages.short(name, 110), body))
        parts.append(pages.waste(found))
        return pages.section("explorador", title, "".join(parts))


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
    return Explorer(client, list(dict.fromkeys(image.full_name for image in images)))
