"""Cómo deja cada almacén las capas al extraerlas: los mismos bytes no siempre dan lo mismo.

Casi todo tar da lo mismo en todas partes. Se distinguen dos cosas:

- una ruta cuya carpeta es un enlace simbólico en una capa de debajo. Overlay extrae cada capa en su propia
  carpeta, así que pone una carpeta de verdad que tapa el enlace; quien extrae encima de lo que ya hay
  (vfs, btrfs, zfs, `umoci unpack`) sigue el enlace;
- un dispositivo de caracteres 0/0, que para overlay es la marca de haber borrado esa ruta (documentación
  de overlayfs en Linux) y para los demás, un dispositivo.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from enum import Enum

from .entries import Entries, LayerFiles
from .placing import Placing
from .tree import Entry, FileType

_MAX_LINKS = 40  # MAXSYMLINKS de Linux
WHITEOUT_DEVICE = (0, 0)


class Store(Enum):
    """Dónde se extraen las capas."""

    OVERLAY = "cada capa en su carpeta, que overlay apila"
    MERGED = "cada capa encima de lo extraído"


def extracted(layers: Sequence[LayerFiles], store: Store) -> tuple[LayerFiles, ...]:
    """Las capas como las deja un almacén.

    Args:
        layers: de abajo arriba, como están escritas en sus tar.
    """
    if store is Store.OVERLAY:
        return tuple(_over_links(map(_without_devices, layers), _covering))
    return tuple(_over_links(layers, _follow))


def disagreements(layers: Sequence[LayerFiles]) -> tuple[str, ...]:
    """En qué no coincidirían los almacenes al extraer esas capas: una frase por cada cosa."""
    found = []
    moved = [
        position
        for position, (layer, landed) in enumerate(zip(layers, _over_links(layers, _follow), strict=True))
        if landed is not layer
    ]
    if moved:
        found.append(
            f"En {_named(moved)} hay rutas que pasan por un enlace simbólico de una capa de debajo: Docker y "
            "containerd con overlay ponen una carpeta en lugar del enlace, que es lo que se muestra; "
            "umoci, y los motores que usan vfs, lo siguen."
        )
    devices = [position for position, layer in enumerate(layers) if any(_devices(layer.table))]
    if devices:
        found.append(
            f"En {_named(devices)} hay dispositivos 0/0: con overlay equivalen a borrar su ruta, que es lo "
            "que se muestra; para los demás almacenes son dispositivos."
        )
    return tuple(found)


def _named(positions: Sequence[int]) -> str:
    numbers = [str(position + 1) for position in positions]
    if len(numbers) == 1:
        return f"la capa {numbers[0]}"
    return f"las capas {', '.join(numbers[:-1])} y {numbers[-1]}"


def _devices(table: Entries) -> Iterator[str]:
    """Las rutas de los dispositivos 0/0."""
    for at in table.of_type(FileType.CHAR):
        if table[at].device == WHITEOUT_DEVICE:
            yield table.paths[at]


def _without_devices(layer: LayerFiles) -> LayerFiles:
    """La capa con sus dispositivos 0/0 como lo que son para overlay: rutas borradas."""
    hidden = set(_devices(layer.table))
    if not hidden:
        return layer
    entries = Entries(entry for entry in layer.entries if entry.path not in hidden)
    return replace(layer, entries=entries, whiteouts=tuple(sorted({*layer.whiteouts, *hidden})))


def _over_links(
    layers: Iterable[LayerFiles], change: Callable[[LayerFiles, dict[str, str]], LayerFiles]
) -> Iterator[LayerFiles]:
    """Cada capa, cambiada según los enlaces simbólicos que haya debajo.

    Args:
        change: de una capa y los enlaces de debajo, por ruta, a cómo queda; la misma si no pasa por ninguno.
    """
    symlinks: dict[str, str] = {}
    for layer in layers:
        landed = change(layer, symlinks) if symlinks else layer
        table = landed.table
        if symlinks:
            gone = {*landed.whiteouts, *landed.opaque}
            replaced = gone.union(table.paths)
            symlinks = {
                path: link
                for path, link in symlinks.items()
                if path not in replaced and not (gone and _under(path, gone))
            }
        for at in table.of_type(FileType.SYMLINK):
            symlinks[table.paths[at]] = table.link_at(at)
        yield landed


def _under(path: str, folders: set[str]) -> bool:
    """Si una ruta cuelga de alguna de esas carpetas."""
    while path:
        path = path.rpartition("/")[0]
        if path in folders:
            return True
    return False


def _covering(layer: LayerFiles, symlinks: dict[str, str]) -> LayerFiles:
    """La capa con las carpetas que tapan enlaces de debajo: overlay las pone, también para una marca."""
    own = set(layer.table.paths)
    covers: dict[str, Entry] = {}
    seen: set[str] = set()
    for path in (*layer.table.paths, *layer.whiteouts, *(f"{each}/" for each in layer.opaque)):
        parent = path.rpartition("/")[0]
        while parent and parent not in seen:
            seen.add(parent)
            if parent in symlinks and parent not in own:
                covers[parent] = Entry(parent, FileType.DIRECTORY, mode=0o755)
            parent = parent.rpartition("/")[0]
    if not covers:
        return layer
    return replace(layer, entries=Entries((*layer.entries, *covers.values())))


def _follow(layer: LayerFiles, symlinks: dict[str, str]) -> LayerFiles:
    """Una capa con las rutas donde acaban; la misma si ninguna pasa por esos enlaces."""
    table = layer.table
    landings = _Landings(symlinks, {table.paths[at] for at in table.of_type(FileType.DIRECTORY)})
    land = landings.land
    targets = [table.link_at(at) for at in table.of_type(FileType.HARDLINK)]
    if all(land(path) == path for path in (*table.paths, *targets, *layer.whiteouts, *layer.opaque)):
        return layer
    placing = Placing()
    for entry in _as_written(table):
        link = land(entry.link) if entry.type is FileType.HARDLINK else entry.link
        placing.add(replace(entry, path=land(entry.path), link=link))
    return replace(
        layer,
        entries=placing.finish(),
        whiteouts=tuple(sorted(map(land, layer.whiteouts))),
        opaque=tuple(sorted(map(land, layer.opaque))),
    )


def _as_written(table: Entries) -> Iterator[Entry]:
    """Las entradas en el orden de su tar, con el contenido de los enlaces duros en el primero que llega."""
    groups: dict[int, list[int]] = {}
    for at in table.of_type(FileType.HARDLINK):
        content = table.find(table.link_at(at))
        if content is not None and table.type_at(content) not in (FileType.DIRECTORY, FileType.HARDLINK):
            groups.setdefault(content, [content]).append(at)
    written = table.as_added()
    changed: dict[int, Entry] = {}
    if groups:
        place = {at: number for number, at in enumerate(written)}
        for content, names in groups.items():
            first, *others = sorted(names, key=place.__getitem__)
            path = table.paths[first]
            changed[first] = replace(table[content], path=path)
            for each in others:
                changed[each] = replace(
                    table[content], path=table.paths[each], type=FileType.HARDLINK, link=path
                )
    for at in written:
        yield changed.get(at) or table[at]


class _Landings:
    """Dónde acaba cada ruta al extraerla encima de otras capas.

    Args:
        symlinks: los enlaces que hay debajo, por ruta.
        own: las carpetas que trae la propia capa: si una tapa un enlace, deja de serlo.
    """

    def __init__(self, symlinks: dict[str, str], own: set[str]) -> None:
        self._links = {path: link for path, link in symlinks.items() if path not in own}
        self._folders = {"": ""}

    def land(self, path: str) -> str:
        """Dónde acaba una ruta: su última parte no se sigue, aunque sea un enlace."""
        parent, _, name = path.rpartition("/")
        missing = []
        while parent not in self._folders:  # cada carpeta se averigua una vez, a partir de la de encima
            missing.append(parent)
            parent = parent.rpartition("/")[0]
        for folder in reversed(missing):
            self._folders[folder] = self._step(self._folders[parent], folder.rpartition("/")[2])
            parent = folder
        landed = self._folders[parent]
        return f"{landed}/{name}" if landed else name

    def _step(self, folder: str, name: str) -> str:
        """La carpeta `name` de otra que ya acaba donde dice, siguiendo enlaces."""
        pending = [name]
        followed = 0
        while pending:
            part = pending.pop()
            if part == "..":
                folder = folder.rpartition("/")[0]
            elif part not in ("", "."):
                at = f"{folder}/{part}" if folder else part
                link = self._links.get(at) if followed < _MAX_LINKS else None
                if link is None:
                    folder = at
                    continue
                followed += 1
                if link.startswith("/"):
                    folder = ""
                pending += link.split("/")[::-1]
        return folder
