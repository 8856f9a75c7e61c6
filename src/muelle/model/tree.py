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
        device: números mayor y menor de un dispositivo; vacía si no lo es.
        xattrs: atributos extendidos (`security.capability`…) y su valor, por nombre.
        digest: huella del contenido de un archivo, si se calculó: si dos coinciden, tienen los mismos bytes.

    Los bytes de un nombre que no son UTF-8 van como los pone Python (PEP 383, `surrogateescape`): dos
    nombres distintos nunca se confunden, y quien los muestre ha de darles forma.
    """

    path: str
    type: FileType
    size: int = 0
    mode: int = 0
    uid: int = 0
    gid: int = 0
    link: str = ""
    mtime: int = 0
    device: tuple[int, ...] = ()
    xattrs: tuple[tuple[str, bytes], ...] = ()
    digest: bytes = b""


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
