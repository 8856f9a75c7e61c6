"""El sistema de archivos que resulta de apilar capas: lo que ve un contenedor.

Las reglas son las de OCI image spec, layer.md: un whiteout borra solo lo de las capas de debajo,
esté donde esté en el tar; una carpeta opaca pierde lo de debajo y conserva lo de su capa;
una carpeta sobre otra carpeta se mezcla con ella, y cualquier otra cosa sustituye lo que hubiera.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .entries import Entries, LayerFiles, order
from .tree import Entry, FileType

_SHIFT = 32
"""Una referencia es un número: la capa y, en los 32 bits bajos, la posición de la entrada en ella."""


class FileSystem:
    """Lo que ve un contenedor de una pila de capas.

    Se hace con `stack`; `apply` pone una capa más encima. La raíz no cuenta como ruta.
    """

    def __init__(self) -> None:
        self._tables: list[Entries] = []
        self._at: dict[str, int] = {}  # ruta -> referencia; de una carpeta que nadie trae, -1 - capa
        self._inside: dict[str, list[str]] = {"": []}  # carpeta -> rutas que cuelgan de ella o colgaron
        self._shared: dict[str, int] = {}  # enlace duro -> referencia a su contenido

    @property
    def layers(self) -> int:
        """Cuántas capas se han apilado."""
        return len(self._tables)

    def apply(self, layer: LayerFiles) -> None:
        """Pone `layer` encima de las que ya hay."""
        table = layer.table
        position = len(self._tables)
        shared = self._contents(table, position)
        self._tables.append(table)
        for path in layer.opaque:
            if path in self._inside:
                self._clear(path)
        for path in layer.whiteouts:
            self._remove(path)
        reference = position << _SHIFT
        folders = set(table.of_type(FileType.DIRECTORY))
        for at, path in enumerate(table.paths):
            parent = path.rpartition("/")[0]
            if parent not in self._inside:
                self._make_folder(parent, position)
            self._put(path, parent, reference + at, folder=at in folders)
        self._shared.update(shared)

    def get(self, path: str) -> Entry | None:
        """La entrada de `path` (relativa a la raíz), o None si no existe."""
        if not path:
            return Entry("", FileType.DIRECTORY, mode=0o755)
        found = self._at.get(path)
        if found is None:
            return None
        if found < 0:
            return Entry(path, FileType.DIRECTORY, mode=0o755)
        return self._tables[found >> _SHIFT][found & 0xFFFF_FFFF]

    def layer_of(self, path: str) -> int | None:
        """La posición de la capa de la que viene lo que se ve en `path`, o None si no existe.

        De una carpeta que ninguna capa trae (solo sus archivos), la primera que la necesitó.
        """
        if not path:
            return -1
        found = self._at.get(path)
        if found is None:
            return None
        return -1 - found if found < 0 else found >> _SHIFT

    def shows(self, path: str, layer: int, at: int) -> bool:
        """Si lo que se ve en `path` es la entrada `at` de la capa `layer`."""
        return self._at.get(path) == (layer << _SHIFT) + at

    def content(self, path: str) -> Entry | None:
        """La entrada que lleva el contenido que se ve en `path`: la de otra ruta si es un enlace duro."""
        found = self._shared.get(path)
        return self.get(path) if found is None else self._tables[found >> _SHIFT][found & 0xFFFF_FFFF]

    def linked_contents(self) -> set[tuple[int, int]]:
        """Los contenidos que se ven por algún enlace duro: la capa y la posición en ella de cada uno."""
        return {(found >> _SHIFT, found & 0xFFFF_FFFF) for found in self._shared.values()}

    def children(self, path: str) -> tuple[Entry, ...]:
        """Lo que hay directamente en la carpeta `path` ("" es la raíz), por nombre."""
        found = (self.get(child) for child in self._names(path))
        return tuple(entry for entry in found if entry is not None)

    def __iter__(self) -> Iterator[Entry]:
        """Todas las entradas, cada carpeta antes que su contenido y por nombre dentro de ella."""
        pending = self._names("")[::-1]
        while pending:
            path = pending.pop()
            entry = self.get(path)
            if entry is not None:
                yield entry
            if path in self._inside:
                pending.extend(reversed(self._names(path)))

    def __contains__(self, path: str) -> bool:
        return not path or path in self._at

    def __len__(self) -> int:
        return len(self._at)

    def _names(self, path: str) -> list[str]:
        """Las rutas que cuelgan de una carpeta, por orden y sin repetir."""
        listed = self._inside.get(path, [])
        return sorted({child for child in listed if child in self._at}, key=order)

    def _contents(self, table: Entries, position: int) -> dict[str, int]:
        """De qué contenido son los enlaces duros de una capa, que pueden ser de las de debajo."""
        found: dict[str, int] = {}
        for at in table.of_type(FileType.HARDLINK):
            target = table.link_at(at)
            own = table.find(target)
            if own is not None and table.type_at(own) is not FileType.HARDLINK:
                found[table.paths[at]] = (position << _SHIFT) + own
            elif own is not None:  # un enlace a un enlace a otra capa: va por orden, y ya se miró o no
                further = found.get(target, self._below(table.link_at(own)))
                if further is not None:
                    found[table.paths[at]] = further
            else:
                below = self._below(target)
                if below is not None:
                    found[table.paths[at]] = below
        return found

    def _below(self, path: str) -> int | None:
        found = self._shared.get(path, self._at.get(path, -1))
        return found if found >= 0 else None

    def _put(self, path: str, parent: str, reference: int, *, folder: bool) -> None:
        """Pone una entrada en una carpeta que ya está."""
        known = path in self._inside
        if known and not folder:
            self._clear(path)
            del self._inside[path]
        if path not in self._at:
            self._inside[parent].append(path)
        elif self._shared:
            self._shared.pop(path, None)
        if folder and not known:
            self._inside[path] = []
        self._at[path] = reference

    def _make_folder(self, path: str, layer: int) -> None:
        """Crea la carpeta `path`, y las que le falten por encima, donde no hay nada o no es carpeta."""
        missing = [path]
        parent = path.rpartition("/")[0]
        while parent not in self._inside:
            missing.append(parent)
            parent = parent.rpartition("/")[0]
        for each in reversed(missing):
            self._put(each, parent, -1 - layer, folder=True)
            parent = each

    def _remove(self, path: str) -> None:
        if path in self._inside:
            if not path:
                return
            self._clear(path)
            del self._inside[path]
        self._at.pop(path, None)
        self._shared.pop(path, None)

    def _clear(self, path: str) -> None:
        """Quita todo lo que cuelga de una carpeta."""
        pending, self._inside[path] = self._inside[path], []
        while pending:
            each = pending.pop()
            self._at.pop(each, None)
            self._shared.pop(each, None)
            pending.extend(self._inside.pop(each, ()))


def stack(layers: Iterable[LayerFiles]) -> FileSystem:
    """Apila capas de abajo arriba.

    Para el sistema de archivos a la altura de una capa, apila hasta ella: `stack(layers[: posición + 1])`.
    """
    result = FileSystem()
    for layer in layers:
        result.apply(layer)
    return result
