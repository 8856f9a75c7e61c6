"""De un tar de capa a `LayerFiles`: entradas, whiteouts y carpetas opacas."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable
from dataclasses import dataclass, replace

from muelle.errors import BadArchive
from muelle.model.tree import Entry, FileType, LayerFiles

from .limits import MAX_ENTRIES, MAX_LINKS, MAX_NAMES, ExcessError
from .stream import Stream
from .tar import clean, members

WHITEOUT = ".wh."
AUFS = ".wh..wh."
OPAQUE = ".wh..wh..opq"

_TYPES = {
    tarfile.REGTYPE: FileType.FILE,
    tarfile.AREGTYPE: FileType.FILE,
    tarfile.CONTTYPE: FileType.FILE,
    tarfile.GNUTYPE_SPARSE: FileType.FILE,
    tarfile.DIRTYPE: FileType.DIRECTORY,
    tarfile.SYMTYPE: FileType.SYMLINK,
    tarfile.LNKTYPE: FileType.HARDLINK,
    tarfile.CHRTYPE: FileType.CHAR,
    tarfile.BLKTYPE: FileType.BLOCK,
    tarfile.FIFOTYPE: FileType.FIFO,
}


@dataclass
class Budget:
    """Lo que queda por gastar en las entradas de todo un archivo."""

    entries: int = MAX_ENTRIES
    names: int = MAX_NAMES

    def spend(self, entries: int, names: int) -> None:
        """Raises: ExcessError si se acaba."""
        self.entries -= entries
        self.names -= names
        if self.entries < 0:
            raise ExcessError(
                f"La imagen tiene más de {MAX_ENTRIES} archivos: es más de lo que el curso lee."
            )
        if self.names < 0:
            raise ExcessError(
                f"Los nombres de la imagen pasan de {MAX_NAMES // 2**20} MiB: no es una imagen normal."
            )


def read_layer(pieces: Iterable[bytes | memoryview], what: str, budget: Budget) -> LayerFiles:
    """Lee un tar de capa sin comprimir, sin extraer nada ni guardar contenido.

    Args:
        pieces: los bytes del tar; pueden quedar algunos sin leer detrás del final.
        what: de qué capa se trata, para los mensajes.
        budget: lo que le queda al archivo entero.

    Returns:
        Lo que la capa trae, sin `diff_id`.

    Raises:
        BadArchive: si el tar está dañado, sale de la imagen o es desmedido.
    """
    builder = LayerBuilder(what, budget)
    for info in members(Stream(pieces), what):
        builder.add_tar(info)
    return builder.finish()


class LayerBuilder:
    """Reúne las entradas de una capa, vengan de un tar o de una carpeta.

    Args:
        what: de qué capa se trata, para los mensajes.
        budget: lo que le queda al archivo entero.
    """

    def __init__(self, what: str, budget: Budget) -> None:
        self._what = what
        self._budget = budget
        self._entries: dict[str, Entry] = {}
        self._whiteouts: set[str] = set()
        self._opaque: set[str] = set()
        self._inside: dict[str, list[str]] = {"": []}  # carpeta -> lo que cuelga de ella
        self._linked = False
        self._has_symlinks = False

    def add_tar(self, info: tarfile.TarInfo) -> None:
        """Añade un miembro de tar."""
        path = self._landing(clean(info.name, self._what))
        if not path and info.type != tarfile.DIRTYPE:
            raise BadArchive(f"En {self._what} hay un archivo sin nombre: está dañada.")
        if not path or self.mark(path):
            return
        kind = _TYPES.get(info.type)
        if kind is None:
            raise BadArchive(
                f"En {self._what} hay un tipo de archivo que Docker no admite; vuelve a guardarla."
            )
        link = ""
        if kind is FileType.HARDLINK:
            link = self._landing(clean(info.linkname, self._what))
        elif kind is FileType.SYMLINK:
            link = info.linkname.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
        size = info.size if kind is FileType.FILE else 0
        numbers_fit = 0 <= size < 2**63 and 0 <= info.uid < 2**32 and 0 <= info.gid < 2**32
        if not numbers_fit or not abs(info.mtime) < 2**63:  # la segunda forma también descarta NaN
            raise BadArchive(f"En {self._what} hay un tamaño, un dueño o una fecha imposibles: está dañado.")
        mode = 0o777 if kind is FileType.SYMLINK else info.mode & 0o7777
        self.add(Entry(path, kind, size, mode, info.uid, info.gid, link, int(info.mtime // 1)))

    def add(self, entry: Entry) -> None:
        """Añade una entrada con la ruta ya limpia.

        Si se repite, gana la última; lo que no es una carpeta se lleva lo que hubiera dentro de la anterior.
        """
        path = entry.path
        self._budget.spend(1, len(path) + len(entry.link))
        self._hang(path)
        if entry.type is FileType.DIRECTORY:
            self._inside.setdefault(path, [])
        elif path in self._inside:
            self._drop_inside(path)
        self._linked |= entry.type is FileType.HARDLINK
        self._has_symlinks |= entry.type is FileType.SYMLINK
        self._entries[path] = entry

    def remove(self, path: str) -> None:
        """La capa borra `path` de las de debajo."""
        self._budget.spend(1, len(path))
        self._whiteouts.add(path)

    def empty(self, path: str) -> None:
        """La capa vacía la carpeta `path` de lo que traigan las de debajo."""
        self._budget.spend(1, len(path))
        self._opaque.add(path)

    def finish(self, diff_id: str = "") -> LayerFiles:
        """La capa, ordenada y con los enlaces duros en forma canónica."""
        if self._linked:
            self._entries = _with_canonical_links(self._entries, self._what)
        return LayerFiles(
            diff_id,
            tuple(self._entries[path] for path in sorted(self._entries)),
            tuple(sorted(self._whiteouts)),
            tuple(sorted(self._opaque)),
        )

    def mark(self, path: str) -> bool:
        """Si la ruta es una marca (`.wh.…`) y no un archivo; la apunta."""
        if WHITEOUT not in path:
            return False
        parent, _, name = path.rpartition("/")
        if name == OPAQUE:
            self.empty(parent)
            return True
        if path.startswith(AUFS) or f"/{AUFS}" in path:
            return True  # cuentas internas de AUFS, que no son de la imagen
        if not name.startswith(WHITEOUT):
            return False
        hidden = name[len(WHITEOUT) :]
        if hidden in ("", ".", ".."):
            raise BadArchive(f"En {self._what} hay una marca de borrado sin nombre: está dañada.")
        self.remove(f"{parent}/{hidden}" if parent else hidden)
        return True

    def _landing(self, path: str) -> str:
        """Dónde acaba una ruta al extraerla: si su carpeta pasa por un enlace de esta capa, donde él lleva.

        Lo que se anda gasta presupuesto: un tar puede encadenar enlaces para que cada ruta cueste mucho.
        """
        parent, _, name = path.rpartition("/")
        if parent in self._inside or not self._has_symlinks:
            return path
        folders: list[str] = []
        pending = parent.split("/")[::-1]
        followed = 0
        while pending:
            part = pending.pop()
            if part == "..":
                del folders[-1:]
            elif part not in ("", "."):
                folders.append(part)
                at = "/".join(folders)
                self._budget.spend(0, len(at))
                entry = self._entries.get(at)
                if entry is not None and entry.type is FileType.SYMLINK:
                    followed += 1
                    if followed > MAX_LINKS:
                        raise BadArchive(f"En {self._what} hay enlaces en círculo: está dañado.")
                    del folders[0 if entry.link.startswith("/") else -1 :]
                    pending += entry.link.split("/")[::-1]
        return "/".join([*folders, name])

    def _hang(self, path: str) -> None:
        """Cuelga la ruta de su carpeta; las que da por hechas también gastan presupuesto."""
        parent = path.rpartition("/")[0]
        while parent not in self._inside:
            self._inside[parent] = [path]
            self._budget.spend(1, len(parent))
            path, parent = parent, parent.rpartition("/")[0]
        self._inside[parent].append(path)

    def _drop_inside(self, path: str) -> None:
        """Quita lo que cuelga de una ruta que era carpeta; cada cosa que se añadió se quita una vez."""
        pending = [path]
        while pending:
            for child in self._inside.pop(pending.pop(), ()):
                self._entries.pop(child, None)
                pending.append(child)


def _with_canonical_links(entries: dict[str, Entry], what: str) -> dict[str, Entry]:
    """Da el contenido de cada grupo de enlaces duros al primero por nombre, y a los demás un enlace a él.

    Cuál de los nombres lleva el contenido depende de quién escribió el tar y no significa nada.
    Un enlace a una ruta que la capa no trae se deja como está.
    """
    contents: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    for path, entry in entries.items():
        if entry.type is FileType.HARDLINK:
            groups.setdefault(_content(path, entries, contents, what), []).append(path)
    result = dict(entries)
    for target, names in groups.items():
        content = entries.get(target)
        if content is None or content.type is FileType.DIRECTORY:
            continue
        last = entries[names[-1]]  # al extraer, cada enlace vuelve a poner los atributos de todos
        if content.type is FileType.FILE:
            content = replace(content, mode=last.mode, uid=last.uid, gid=last.gid, mtime=last.mtime)
        first, *others = sorted([target, *names])
        result[first] = replace(content, path=first)
        for name in others:
            result[name] = replace(content, path=name, type=FileType.HARDLINK, size=0, link=first)
    return result


def _content(path: str, entries: dict[str, Entry], contents: dict[str, str], what: str) -> str:
    """La ruta que lleva el contenido de un enlace duro, siguiendo enlaces de enlaces.

    Apunta en `contents` lo averiguado, para que una cadena larga no se recorra muchas veces.
    """
    passed: dict[str, None] = {}
    target = path
    while target not in contents:
        entry = entries.get(target)
        if entry is None or entry.type is not FileType.HARDLINK:
            break
        if target in passed:
            raise BadArchive(f"En {what} hay enlaces duros en círculo: está dañado; vuelve a guardarlo.")
        passed[target] = None
        target = entry.link
    found = contents.get(target, target)
    contents.update(dict.fromkeys(passed, found))
    return found
