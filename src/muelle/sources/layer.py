"""De un tar de capa a `LayerFiles`: entradas, whiteouts y carpetas opacas."""

from __future__ import annotations

from collections.abc import Iterable

from muelle.errors import BadArchive
from muelle.model.entries import LayerFiles
from muelle.model.placing import Placing
from muelle.model.tree import Entry, FileType

from . import tar
from .budget import Budget
from .content import content_digest
from .links import follow
from .stream import Stream
from .tar import Member, clean, members

WHITEOUT = ".wh."
AUFS = ".wh..wh."
OPAQUE = ".wh..wh..opq"

_TYPES = {
    tar.FILE: FileType.FILE,
    tar.DIRECTORY: FileType.DIRECTORY,
    tar.SYMLINK: FileType.SYMLINK,
    tar.HARDLINK: FileType.HARDLINK,
    tar.CHAR: FileType.CHAR,
    tar.BLOCK_DEVICE: FileType.BLOCK,
    tar.FIFO: FileType.FIFO,
}


def read_layer(
    pieces: Iterable[bytes | memoryview], what: str, budget: Budget, digests: bool = False
) -> LayerFiles:
    """Lee un tar de capa sin comprimir, sin extraer nada ni guardar contenido.

    Args:
        pieces: los bytes del tar; pueden quedar algunos sin leer detrás del final.
        what: de qué capa se trata, para los mensajes.
        budget: lo que le queda al archivo entero.
        digests: si se calcula la huella del contenido de cada archivo.

    Returns:
        Lo que la capa trae, sin `diff_id`.

    Raises:
        BadArchive: si el tar está dañado, sale de la imagen o es desmedido.
    """
    builder = LayerBuilder(what, budget)
    stream = Stream(pieces)
    for member in members(stream, what):
        digest = b""
        if digests and member.type == tar.FILE:
            try:
                digest = content_digest(member, stream)
            except ValueError as error:
                raise BadArchive(f"En {what} hay un mapa de huecos dañado; vuelve a guardarla.") from error
        builder.add_tar(member, digest)
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
        self._placing = Placing(budget.imply, budget.walk)
        self._whiteouts: set[str] = set()
        self._opaque: set[str] = set()
        self._symlinks: dict[str, str] = {}
        self._landings: dict[str, str] = {}  # carpeta -> dónde acaba, según `_symlinks`

    def add_tar(self, member: Member, digest: bytes = b"") -> None:
        """Añade un miembro de tar."""
        path = self._landing(clean(member.name, self._what))
        if not path and member.type != tar.DIRECTORY:
            raise BadArchive(f"En {self._what} hay un archivo sin nombre: está dañada.")
        if not path or self.mark(path):
            return
        kind = _TYPES.get(member.type)
        if kind is None:
            raise BadArchive(
                f"En {self._what} hay un tipo de archivo que Docker no admite; vuelve a guardarla."
            )
        link = member.link
        if kind is FileType.HARDLINK:
            link = self._landing(clean(link, self._what))
        elif kind is not FileType.SYMLINK:
            link = ""
        elif "\0" in link:
            raise BadArchive(f"En {self._what} hay un enlace con un byte nulo: ningún contenedor lo admite.")
        numbers_fit = 0 <= member.size < 2**63 and 0 <= member.uid < 2**32 and 0 <= member.gid < 2**32
        if not numbers_fit or not abs(member.mtime) < 2**63:
            raise BadArchive(f"En {self._what} hay un tamaño, un dueño o una fecha imposibles: está dañado.")
        self.add(
            Entry(
                path,
                kind,
                member.size if kind is FileType.FILE else 0,
                0o777 if kind is FileType.SYMLINK else member.mode,
                member.uid,
                member.gid,
                link,
                member.mtime,
                member.device,
                member.xattrs,
                digest,
            )
        )

    def add(self, entry: Entry) -> None:
        """Añade una entrada con la ruta ya limpia.

        Si se repite, gana la última; lo que no es una carpeta se lleva lo que hubiera dentro de la anterior.
        """
        path = entry.path
        self._budget.spend(len(path) + len(entry.link))
        dropped = self._placing.add(entry)
        if entry.type is FileType.SYMLINK:
            self._symlinks[path] = entry.link
            self._landings.clear()
        elif self._symlinks:
            dropped.append(path)
        if self._symlinks:
            for each in dropped:
                if self._symlinks.pop(each, None) is not None:
                    self._landings.clear()

    def remove(self, path: str) -> None:
        """La capa borra `path` de las de debajo."""
        self._budget.spend(len(path))
        self._whiteouts.add(path)

    def empty(self, path: str) -> None:
        """La capa vacía la carpeta `path` de lo que traigan las de debajo."""
        self._budget.spend(len(path))
        self._opaque.add(path)

    def finish(self, diff_id: str = "") -> LayerFiles:
        """La capa, ordenada y con los enlaces duros en forma canónica."""
        try:
            entries = self._placing.finish()
        except ValueError as error:
            raise BadArchive(
                f"En {self._what} hay enlaces duros en círculo: está dañado; vuelve a guardarlo."
            ) from error
        return LayerFiles(
            diff_id,
            entries,
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
        if not self._symlinks:
            return path
        parent, _, name = path.rpartition("/")
        if parent in self._placing.folders:
            return path
        landed = self._landings.get(parent)
        if landed is None:
            landed = follow(parent, self._symlinks, self._budget, self._what)
            self._landings[parent] = landed
        return f"{landed}/{name}" if landed else name
