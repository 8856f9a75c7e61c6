"""El árbol de archivos de una capa y el sistema de archivos que resulta de apilarlas."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Change(Enum):
    """Qué hace una capa con una ruta."""

    ADDED = "añade"
    CHANGED = "cambia"
    REMOVED = "borra"
    OPAQUE = "vacía"


class FileType(Enum):
    """Tipos de archivo que puede llevar el tar de una capa."""

    FILE = "archivo"
    DIRECTORY = "carpeta"
    SYMLINK = "enlace simbólico"
    HARDLINK = "enlace duro"
    CHAR = "dispositivo de caracteres"
    BLOCK = "dispositivo de bloques"
    FIFO = "tubería"


@dataclass(frozen=True, slots=True)
class Entry:
    """Una ruta dentro de una capa.

    Args:
        path: relativa a la raíz, sin `/` inicial, separada por `/`.
        type: tipo del archivo.
        size: bytes del contenido; 0 si no es un archivo normal (un enlace duro no repite contenido).
        mode: bits de permiso (0o644); los de un enlace simbólico son siempre 0o777, como en Linux.
        uid, gid: dueño numérico.
        link: destino de un enlace, o "": el de un enlace duro es una ruta de la misma capa, como `path`;
            el de un enlace simbólico es el texto tal cual.
        mtime: segundos desde 1970.

    Los bytes de un nombre que no son UTF-8 se escriben `\\xNN`, para que todo nombre se pueda mostrar.
    """

    path: str
    type: FileType
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0
    link: str = ""
    mtime: int = 0


@dataclass(frozen=True, slots=True)
class LayerChange:
    """Lo que una capa hace con una ruta, visto sobre las capas de debajo.

    Args:
        change: añade, cambia, borra o vacía (opaca).
        entry: la entrada nueva; None cuando borra.
        before: la que había debajo; None cuando añade.
    """

    path: str
    change: Change
    entry: Entry | None = None
    before: Entry | None = None


@dataclass(frozen=True, slots=True)
class LayerFiles:
    """Lo que hay dentro de una capa, sea cual sea la fuente (tar u overlay2).

    Args:
        diff_id: `sha256:…` de la capa, o "" si no se conoce.
        entries: rutas que la capa trae, ordenadas por ruta y sin repetir (en un tar gana la última).
            No incluye la raíz.
        whiteouts: rutas que la capa borra de las de debajo (`.wh.nombre`), ordenadas.
        opaque: carpetas que la capa vacía antes de poner lo suyo (`.wh..wh..opq`), ordenadas.
        digest: `sha256:…` del blob tal como viajaba, si viajaba comprimido.

    Fuente: OCI image spec, layer.md («Whiteouts»).
    """

    diff_id: str
    entries: tuple[Entry, ...] = ()
    whiteouts: tuple[str, ...] = ()
    opaque: tuple[str, ...] = ()
    digest: str | None = None

    @property
    def size(self) -> int:
        """Bytes de los archivos que trae: lo que la capa ocupa, sin contar el formato tar."""
        return sum(entry.size for entry in self.entries)
