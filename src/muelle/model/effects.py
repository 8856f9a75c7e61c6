"""Lo que cambia cada capa, en qué se distinguen dos sistemas de archivos y qué bytes no se ven."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .entries import LayerFiles, order
from .filesystem import FileSystem, stack
from .tree import Change, Entry, FileType, LayerChange


def changes(below: FileSystem, layer: LayerFiles) -> list[LayerChange]:
    """Lo que `layer` hace con cada ruta, vista sobre lo que hay debajo.

    - *añade*: la ruta no existía.
    - *cambia*: existía. Un archivo que la capa trae cuenta aunque sea idéntico, porque la capa lo
      guarda entero; una carpeta que ya era carpeta, solo si cambian permisos, dueño o atributos.
    - *borra*: la capa lleva su whiteout (aunque debajo no hubiera nada), o la ruta está en una carpeta
      vaciada y la capa no la vuelve a traer. De una carpeta borrada no se repite el interior.
    - *vacía*: una carpeta que existía queda opaca, o la capa la borra y la vuelve a traer; va además de lo
      que cambie en ella.

    Returns:
        Los cambios ordenados por ruta. Un archivo que se borra y se vuelve a traer aparece como *cambia*.
    """
    return list(each_change(below, layer))


def each_change(below: FileSystem, layer: LayerFiles) -> Iterator[LayerChange]:
    """Como `changes`, de uno en uno: una capa puede traer cientos de miles de archivos."""
    return heapq.merge(_brings(below, layer), _takes(below, layer), key=_place)


def _place(change: LayerChange) -> tuple[str, bool]:
    return order(change.path), change.change is not Change.OPAQUE


def _brings(below: FileSystem, layer: LayerFiles) -> Iterator[LayerChange]:
    """Lo que la capa añade o cambia, por ruta."""
    for entry in layer.entries:
        before = below.get(entry.path)
        if before is None:
            yield LayerChange(entry.path, Change.ADDED, entry)
        elif not _same_folder(before, entry):
            yield LayerChange(entry.path, Change.CHANGED, entry, before)


def _takes(below: FileSystem, layer: LayerFiles) -> list[LayerChange]:
    """Lo que la capa borra o vacía, por ruta."""
    if not layer.whiteouts and not layer.opaque:
        return []
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
    return sorted(found, key=_place)


def _brought(layer: LayerFiles) -> dict[str, FileType]:
    """Las rutas que trae una capa y su tipo, con las carpetas que da por hechas."""
    table = layer.table
    brought = {path: table.type_at(at) for at, path in enumerate(table.paths)}
    for path in table.paths:
        parent = path.rpartition("/")[0]
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
    """Si son la misma carpeta; la fecha no cuenta, que cambia con todo lo que se pone o se quita en ella."""
    return before.type is entry.type is FileType.DIRECTORY and replace(before, mtime=entry.mtime) == entry


def differences(before: FileSystem, after: FileSystem) -> list[LayerChange]:
    """En qué se distinguen dos sistemas de archivos, por ruta.

    Dos archivos son iguales si coinciden en todo lo que se sabe de ellos: tipo, tamaño, contenido,
    permisos, dueño, destino, atributos y fecha. El contenido solo se compara si las dos imágenes se
    leyeron con las huellas de sus archivos (`Entry.digest`). De las carpetas no cuenta la fecha.
    """
    found = []
    for entry in after:
        old = before.get(entry.path)
        if old is None:
            found.append(LayerChange(entry.path, Change.ADDED, entry))
        elif not _same_folder(old, entry) and _revealed(old, before) != _revealed(entry, after):
            found.append(LayerChange(entry.path, Change.CHANGED, entry, old))
    for entry in before:
        if entry.path not in after:
            found.append(LayerChange(entry.path, Change.REMOVED, None, entry))
    return sorted(found, key=lambda change: order(change.path))


def _revealed(entry: Entry, system: FileSystem) -> Entry:
    """Lo que se ve en la ruta de un enlace duro, que es un nombre más de un archivo: su contenido.

    Si los nombres de un archivo son uno o varios no se nota al leerlo, y cada imagen los reparte a su manera.
    """
    if entry.type is not FileType.HARDLINK:
        return entry
    content = system.content(entry.path)
    return entry if content is None else replace(content, path=entry.path)


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
    Con enlaces duros el contenido es uno: no se desperdicia mientras se vea alguno de sus nombres, aunque
    el enlace sea de otra capa.
    El total es la suma de `size`; no cuenta whiteouts, carpetas ni el formato tar, que no son contenido.

    Returns:
        De mayor a menor tamaño; no incluye archivos de cero bytes.
    """
    if len(layers) < 2:  # con una sola no hay quien tape nada
        return ()
    top = stack(layers)
    linked = top.linked_contents()
    lost: list[Wasted] = []
    for position, layer in enumerate(layers):
        table = layer.table
        for at, path in enumerate(table.paths):
            size = table.size_at(at)
            if size and not top.shows(path, position, at) and (position, at) not in linked:
                lost.append(Wasted(position, path, size))
    return tuple(sorted(lost, key=lambda waste: (-waste.size, waste.layer, waste.path)))
