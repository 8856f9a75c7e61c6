"""Muchas entradas en poca memoria: por columnas, y cada `Entry` se hace cuando se pide.

Una capa puede traer cientos de miles de archivos; un objeto por cada uno ocuparía el triple.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast, overload

from .tree import Entry, FileType

_KINDS = tuple(FileType)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}
_Extra = tuple[str, tuple[int, ...], tuple[tuple[str, bytes], ...]]
_PLAIN: _Extra = ("", (), ())


def order(path: str) -> str:
    """Con qué clave se ordenan las rutas: cada carpeta, justo delante de lo que hay en ella."""
    return path.replace("/", "\0")


class Entries(Sequence[Entry]):
    """Las entradas de una capa, ordenadas por ruta; se usa como una tupla de `Entry`.

    Args:
        entries: en cualquier orden; de las rutas repetidas queda la última.
    """

    __slots__ = (
        "_digests",
        "_extras",
        "_gids",
        "_kinds",
        "_modes",
        "_mtimes",
        "_ranks",
        "_sizes",
        "_uids",
        "paths",
    )

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self.paths: list[str] = []
        self._kinds = bytearray()
        self._sizes = array("Q")
        self._modes = array("H")
        self._uids = array("I")
        self._gids = array("I")
        self._mtimes = array("q")
        self._extras: dict[int, _Extra] = {}  # lo que casi ninguna tiene: destino, dispositivo y atributos
        self._digests: dict[int, bytes] = {}
        self._ranks = array("I")  # en qué lugar se añadió cada una, si no fue por orden de ruta
        for entry in entries:
            self.append(entry)
        self.keep({path: at for at, path in enumerate(self.paths)}.values())

    def append(self, entry: Entry) -> None:
        """Añade una entrada al final; al acabar hay que decir cuáles valen (`keep`)."""
        at = len(self.paths)
        self.paths.append(entry.path)
        self._kinds.append(_NUMBERS[entry.type])
        self._sizes.append(entry.size)
        self._modes.append(entry.mode)
        self._uids.append(entry.uid)
        self._gids.append(entry.gid)
        self._mtimes.append(entry.mtime)
        if entry.link or entry.device or entry.xattrs:
            self._extras[at] = (entry.link, entry.device, entry.xattrs)
        if entry.digest:
            self._digests[at] = entry.digest

    def put(self, at: int, entry: Entry) -> None:
        """Cambia la entrada de una posición por otra de la misma ruta."""
        self._kinds[at] = _NUMBERS[entry.type]
        self._sizes[at] = entry.size
        self._modes[at] = entry.mode
        self._uids[at] = entry.uid
        self._gids[at] = entry.gid
        self._mtimes[at] = entry.mtime
        self._extras.pop(at, None)
        self._digests.pop(at, None)
        if entry.link or entry.device or entry.xattrs:
            self._extras[at] = (entry.link, entry.device, entry.xattrs)
        if entry.digest:
            self._digests[at] = entry.digest

    def keep(self, positions: Iterable[int]) -> None:
        """Deja solo las entradas de esas posiciones, ordenadas por ruta."""
        paths = self.paths
        kept = sorted(positions, key=lambda at: order(paths[at]))
        if kept == list(range(len(paths))):
            return
        self.paths = [paths[at] for at in kept]
        self._kinds = bytearray(self._kinds[at] for at in kept)
        for name in ("_sizes", "_modes", "_uids", "_gids", "_mtimes"):
            column = getattr(self, name)
            setattr(self, name, array(column.typecode, (column[at] for at in kept)))
        self._ranks = array("I", kept)
        for name in ("_extras", "_digests"):
            column = getattr(self, name)
            if column:
                moved = ((new, column.get(old)) for new, old in enumerate(kept))
                setattr(self, name, {new: value for new, value in moved if value is not None})

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, at: int) -> Entry: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[Entry, ...]: ...

    def __getitem__(self, at: int | slice) -> Entry | tuple[Entry, ...]:
        if isinstance(at, slice):
            return tuple(self[each] for each in range(*at.indices(len(self))))
        path = self.paths[at]
        at %= len(self.paths)
        link, device, xattrs = self._extras.get(at, _PLAIN)
        return Entry(
            path,
            _KINDS[self._kinds[at]],
            self._sizes[at],
            self._modes[at],
            self._uids[at],
            self._gids[at],
            link,
            self._mtimes[at],
            device,
            xattrs,
            self._digests.get(at, b""),
        )

    def __iter__(self) -> Iterator[Entry]:
        return map(self.__getitem__, range(len(self.paths)))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(map(Entry.__eq__, self, other))

    def __hash__(self) -> int:
        return hash(tuple(self.paths))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def find(self, path: str) -> int | None:
        """La posición de una ruta, o None si no está."""
        at = bisect_left(self.paths, order(path), key=order)
        return at if at < len(self.paths) and self.paths[at] == path else None

    def type_at(self, at: int) -> FileType:
        """El tipo de la entrada que está en una posición."""
        return _KINDS[self._kinds[at]]

    def size_at(self, at: int) -> int:
        """Los bytes de la entrada que está en una posición."""
        return self._sizes[at]

    def link_at(self, at: int) -> str:
        """El destino de la entrada que está en una posición, o ""."""
        return self._extras.get(at, _PLAIN)[0]

    def of_type(self, kind: FileType) -> Iterator[int]:
        """Las posiciones de las entradas de un tipo, en orden."""
        number = _NUMBERS[kind]
        at = self._kinds.find(number)
        while at >= 0:
            yield at
            at = self._kinds.find(number, at + 1)

    def as_added(self) -> Sequence[int]:
        """Las posiciones de las entradas, en el orden en que se añadieron: el del tar."""
        if not self._ranks:
            return range(len(self.paths))
        return sorted(range(len(self.paths)), key=self._ranks.__getitem__)

    @property
    def total(self) -> int:
        """Los bytes de todas."""
        return sum(self._sizes)


@dataclass(frozen=True, slots=True)
class LayerFiles:
    """Lo que hay dentro de una capa, sea cual sea la fuente (tar u overlay2).

    Args:
        diff_id: `sha256:…` de la capa, o "" si no se conoce.
        entries: rutas que la capa trae, ordenadas por ruta y sin repetir (en un tar gana la última).
            No incluye la raíz. Se guardan como `Entries`.
        whiteouts: rutas que la capa borra de las de debajo (`.wh.nombre`), ordenadas.
        opaque: carpetas que la capa vacía antes de poner lo suyo (`.wh..wh..opq`), ordenadas.
        digest: `sha256:…` del blob tal como viajaba, si viajaba comprimido.
        blob_size: bytes del blob tal como viajaba, si se sabe.

    Fuente: OCI image spec, layer.md («Whiteouts»).
    """

    diff_id: str
    entries: Sequence[Entry] = ()
    whiteouts: tuple[str, ...] = ()
    opaque: tuple[str, ...] = ()
    digest: str | None = None
    blob_size: int | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.entries, Entries):
            object.__setattr__(self, "entries", Entries(self.entries))

    @property
    def table(self) -> Entries:
        """Las entradas, para preguntar por columnas."""
        return cast("Entries", self.entries)

    @property
    def size(self) -> int:
        """Bytes de los archivos que trae: lo que la capa ocupa, sin contar el formato tar."""
        return self.table.total
