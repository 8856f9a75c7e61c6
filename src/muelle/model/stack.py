"""Apilar capas: el sistema de archivos que resulta, qué cambia cada una y qué bytes no se ven.

Las reglas son las de OCI image spec, layer.md: un whiteout borra solo lo de las capas de debajo,
esté donde esté en el tar; una carpeta opaca pierde lo de debajo y conserva lo de su capa;
una carpeta sobre otra carpeta se mezcla con ella, y cualquier otra cosa sustituye lo que hubiera.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .tree import Change, Entry, FileType, LayerChange, LayerFiles


class _Node:
    """Una ruta del sistema de archivos: su entrada, la capa que la puso y lo que cuelga de ella."""

    __slots__ = ("children", "entry", "layer")

    def __init__(self, entry: Entry, layer: int) -> None:
        self.entry = entry
        self.layer = layer
        self.children: dict[str, _Node] | None = {} if entry.type is FileType.DIRECTORY else None


class FileSystem:
    """Lo que ve un contenedor de una pila de capas.

    Se hace con `stack`; `apply` pone una capa más encima. La raíz no cuenta como ruta.
    """

    def __init__(self) -> None:
        self._root = _Node(Entry("", FileType.DIRECTORY, mode=0o755), -1)
        self._applied = 0

    @property
    def layers(self) -> int:
        """Cuántas capas se han apilado."""
        return self._applied

    def apply(self, layer: LayerFiles) -> None:
        """Pone `layer` encima de las que ya hay."""
        for path in layer.opaque:
            node = self._node(path)
            if node is not None and node.children is not None:
                node.children = {}
        for path in layer.whiteouts:
            self._remove(path)
        for entry in layer.entries:
            self._put(entry, self._applied)
        self._applied += 1

    def get(self, path: str) -> Entry | None:
        """La entrada de `path` (relativa a la raíz), o None si no existe."""
        node = self._node(path)
        return node.entry if node is not None else None

    def layer_of(self, path: str) -> int | None:
        """La posición de la capa de la que viene lo que se ve en `path`, o None si no existe.

        De una carpeta que ninguna capa trae (solo sus archivos), la primera que la necesitó.
        """
        node = self._node(path)
        return node.layer if node is not None else None

    def children(self, path: str) -> tuple[Entry, ...]:
        """Lo que hay directamente en la carpeta `path` ("" es la raíz), por nombre."""
        node = self._node(path)
        if node is None or node.children is None:
            return ()
        return tuple(node.children[name].entry for name in sorted(node.children))

    def __iter__(self) -> Iterator[Entry]:
        """Todas las entradas, cada carpeta antes que su contenido y por nombre dentro de ella."""
        pending = [self._root]
        while pending:
            node = pending.pop()
            if node is not self._root:
                yield node.entry
            if node.children:
                pending.extend(node.children[name] for name in sorted(node.children, reverse=True))

    def __contains__(self, path: str) -> bool:
        return self._node(path) is not None

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _node(self, path: str) -> _Node | None:
        node: _Node | None = self._root
        for name in path.split("/") if path else ():
            if node is None or node.children is None:
                return None
            node = node.children.get(name)
        return node

    def _remove(self, path: str) -> None:
        parent, _, name = path.rpartition("/")
        node = self._node(parent)
        if node is not None and node.children is not None:
            node.children.pop(name, None)

    def _put(self, entry: Entry, layer: int) -> None:
        """Pone una entrada, con las carpetas que le falten por encima."""
        parent, _, name = entry.path.rpartition("/")
        children = self._folder(parent, layer)
        below = children.get(name)
        if below is not None and below.children is not None and entry.type is FileType.DIRECTORY:
            below.entry, below.layer = entry, layer
        else:
            children[name] = _Node(entry, layer)

    def _folder(self, path: str, layer: int) -> dict[str, _Node]:
        """El contenido de la carpeta `path`, que se crea (0755 de root) si falta o no es carpeta."""
        children = self._root.children
        assert children is not None  # la raíz es una carpeta
        so_far = ""
        for name in path.split("/") if path else ():
            so_far = f"{so_far}/{name}" if so_far else name
            node = children.get(name)
            if node is None or node.children is None:
                node = children[name] = _Node(Entry(so_far, FileType.DIRECTORY, mode=0o755), layer)
            assert node.children is not None
            children = node.children
        return children


def stack(layers: Iterable[LayerFiles]) -> FileSystem:
    """Apila capas de abajo arriba.

    Para el sistema de archivos a la altura de una capa, apila hasta ella: `stack(layers[: posición + 1])`.
    """
    result = FileSystem()
    for layer in layers:
        result.apply(layer)
    return result


def changes(below: FileSystem, layer: LayerFiles) -> list[LayerChange]:
    """Lo que `layer` hace con cada ruta, vista sobre lo que hay debajo.

    - *añade*: la ruta no existía.
    - *cambia*: existía. Un archivo que la capa trae cuenta aunque sea idéntico, porque la capa lo
      guarda entero; una carpeta que ya era carpeta, solo si cambian permisos o dueño.
    - *borra*: la capa lleva su whiteout (aunque debajo no hubiera nada), o la ruta está en una carpeta
      vaciada y la capa no la vuelve a traer. De una carpeta borrada no se repite el interior.
    - *vacía*: una carpeta que existía queda opaca, o la capa la borra y la vuelve a traer; va además de lo
      que cambie en ella.

    Returns:
        Los cambios ordenados por ruta. Un archivo que se borra y se vuelve a traer aparece como *cambia*.
    """
    found: list[LayerChange] = []
    brought = _brought(layer)
    removed = {path for path in layer.whiteouts if path not in brought}
    gone = set(removed)
    walked: set[str] = set()
    for path in sorted({*layer.opaque, *layer.whiteouts} - removed):
        before = below.get(path)
        if before is not None and before.type is brought.get(path, FileType.DIRECTORY) is FileType.DIRECTORY:
            found.append(LayerChange(path, Change.OPAQUE, None, before))
            gone.update(_hidden(below, path, brought, walked))
    found.extend(LayerChange(path, Change.REMOVED, None, below.get(path)) for path in gone)
    for entry in layer.entries:
        before = below.get(entry.path)
        if before is None:
            found.append(LayerChange(entry.path, Change.ADDED, entry))
        elif not _same_folder(before, entry):
            found.append(LayerChange(entry.path, Change.CHANGED, entry, before))
    found.sort(key=lambda change: (change.path.split("/"), change.change is not Change.OPAQUE))
    return found


def _brought(layer: LayerFiles) -> dict[str, FileType]:
    """Las rutas que trae una capa y su tipo, con las carpetas que da por hechas."""
    brought = {entry.path: entry.type for entry in layer.entries}
    for entry in layer.entries:
        parent = entry.path.rpartition("/")[0]
        while parent and brought.get(parent) is not FileType.DIRECTORY:
            brought[parent] = FileType.DIRECTORY
            parent = parent.rpartition("/")[0]
    return brought


def _hidden(below: FileSystem, path: str, brought: dict[str, FileType], walked: set[str]) -> Iterator[str]:
    """Lo que desaparece al vaciar `path`: lo más alto de cada rama que la capa no vuelve a traer.

    Las carpetas que mira quedan apuntadas en `walked`, y no se miran dos veces.
    """
    pending = [path]
    while pending:
        folder = pending.pop()
        if folder in walked:
            continue
        walked.add(folder)
        for child in below.children(folder):
            again = brought.get(child.path)
            if again is None:
                yield child.path
            elif again is child.type is FileType.DIRECTORY:
                pending.append(child.path)


def _same_folder(before: Entry, entry: Entry) -> bool:
    folders = before.type is FileType.DIRECTORY and entry.type is FileType.DIRECTORY
    return folders and (before.mode, before.uid, before.gid) == (entry.mode, entry.uid, entry.gid)


@dataclass(frozen=True, slots=True)
class Wasted:
    """Contenido guardado en una capa que ya no se ve desde la de arriba.

    Args:
        layer: posición de la capa que lo guarda.
        path: la ruta que lo contenía.
        size: bytes.
    """

    layer: int
    path: str
    size: int


def wasted(layers: Sequence[LayerFiles]) -> tuple[Wasted, ...]:
    """Los bytes desperdiciados: viajan y ocupan disco con la imagen, y ningún contenedor los ve.

    Un archivo de una capa se desperdicia cuando, apiladas todas, en su ruta no se ve ese archivo de esa
    capa: otra capa lo sobrescribió (también si solo le cambió los permisos: se guarda entero otra vez),
    lo borró con un whiteout, vació su carpeta o puso otra cosa en su sitio o en el de una carpeta suya.
    Con enlaces duros el contenido es uno: no se desperdicia mientras se vea alguno de sus nombres.
    El total es la suma de `size`; no cuenta whiteouts, carpetas ni el formato tar, que no son contenido.

    Returns:
        De mayor a menor tamaño; no incluye archivos de cero bytes.
    """
    top = stack(layers)
    lost: list[Wasted] = []
    for position, layer in enumerate(layers):
        names: dict[str, list[str]] = {}
        for entry in layer.entries:
            if entry.type is FileType.HARDLINK:
                names.setdefault(entry.link, []).append(entry.path)
        for entry in layer.entries:
            if entry.size == 0:
                continue
            seen_as = [entry.path, *names.get(entry.path, ())]
            if not any(_comes_from(top, path, position) for path in seen_as):
                lost.append(Wasted(position, entry.path, entry.size))
    return tuple(sorted(lost, key=lambda waste: (-waste.size, waste.layer, waste.path)))


def _comes_from(top: FileSystem, path: str, position: int) -> bool:
    entry = top.get(path)
    return entry is not None and entry.type is not FileType.DIRECTORY and top.layer_of(path) == position
