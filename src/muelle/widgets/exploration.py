"""Lo que el explorador sabe de una imagen, sin controles: se calcula una vez y se filtra muchas."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from muelle.draw import units
from muelle.model import (
    Change,
    Contents,
    FileSystem,
    Image,
    Instruction,
    LayerChange,
    Wasted,
    changes,
    wasted,
)


@dataclass(frozen=True)
class Exploration:
    """Una imagen, lo que cambia cada capa y los bytes que ya no se ven.

    Args:
        changes: lo de cada capa, en el orden de `image.layers`.
        wasted: de mayor a menor.
    """

    image: Image
    changes: tuple[tuple[LayerChange, ...], ...]
    wasted: tuple[Wasted, ...]

    @property
    def wasted_size(self) -> int:
        """Bytes desperdiciados en total."""
        return sum(item.size for item in self.wasted)

    def instruction(self, position: int) -> Instruction | None:
        """La instrucción que creó una capa, o None si no se sabe."""
        return next((row for row in self.image.history if row.layer == position), None)

    def layer_title(self, position: int) -> str:
        """`Capa 3 · 1,2 MB · RUN apk add curl`."""
        made = self.instruction(position)
        size = units.size(self.image.layers[position].size)
        return f"Capa {position + 1} · {size} · {made.text if made else 'instrucción desconocida'}"

    def select(self, position: int, kinds: Collection[Change], text: str) -> tuple[LayerChange, ...]:
        """Los cambios de una capa que son de esas clases y cuya ruta contiene un texto.

        Args:
            text: un trozo de la ruta, sin distinguir mayúsculas; "" no filtra.
        """
        wanted = text.strip().casefold()
        return tuple(
            item
            for item in self.changes[position]
            if item.change in kinds and wanted in f"/{item.path}".casefold()
        )


def explored(contents: Contents) -> Exploration:
    """Apila las capas de una imagen y anota qué cambió cada una."""
    below = FileSystem()
    found = []
    for layer in contents.layers:
        found.append(tuple(changes(below, layer)))
        below.apply(layer)
    return Exploration(contents.image, tuple(found), wasted(contents.layers))


class Shelf:
    """Las imágenes ya exploradas, por identificador: leerlas cuesta segundos.

    Args:
        read: da el interior de una imagen por su nombre.
    """

    def __init__(self, read: Callable[[str], Contents]) -> None:
        self._read = read
        self._known: dict[str, Exploration] = {}

    def get(self, image: Image) -> Exploration:
        """La exploración de una imagen, leída una sola vez."""
        if image.id not in self._known:
            self._known[image.id] = explored(self._read(image.full_name))
        return self._known[image.id]
