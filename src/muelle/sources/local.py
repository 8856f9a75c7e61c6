"""El camino rápido: recorrer en este disco las carpetas de las capas, sin pedir nada al demonio.

Solo vale como root, en la máquina del demonio y con overlay (el almacén clásico de Docker o Podman).
Cuando algo no cuadra se responde None y se lee el archivo de `docker save`, que da lo mismo más despacio.

Cómo guarda overlay una capa: una carpeta con lo que trae; lo que borra, como dispositivo de caracteres 0/0;
lo que vacía, con el atributo `trusted.overlay.opaque` (documentación de overlayfs en Linux).
"""

from __future__ import annotations

import os
import stat
from typing import Any

import docker

from muelle.errors import BadArchive
from muelle.model.tree import Entry, FileType, LayerFiles

from .layer import Budget, LayerBuilder
from .tar import clean

_DRIVERS = ("overlay2", "overlay")
_TYPES = {
    stat.S_IFREG: FileType.FILE,
    stat.S_IFDIR: FileType.DIRECTORY,
    stat.S_IFLNK: FileType.SYMLINK,
    stat.S_IFCHR: FileType.CHAR,
    stat.S_IFBLK: FileType.BLOCK,
    stat.S_IFIFO: FileType.FIFO,
}


def layers(client: docker.DockerClient, attrs: dict[str, Any]) -> tuple[LayerFiles, ...] | None:
    """Lo que hay en cada capa de una imagen, leído de las carpetas de overlay.

    Args:
        attrs: respuesta de `GET /images/{name}/json`.

    Returns:
        Las capas de abajo arriba, o None si no se pueden leer así.
    """
    diff_ids = (attrs.get("RootFS") or {}).get("Layers") or ()
    folders = _folders(client, attrs)
    if not folders or len(folders) != len(diff_ids):
        return None
    budget = Budget()
    try:
        pairs = zip(folders, diff_ids, strict=True)
        return tuple(_layer(folder, diff_id, budget) for folder, diff_id in pairs)
    except (OSError, BadArchive, _UnreadableError):
        return None


class _UnreadableError(Exception):
    """La carpeta no dice todo lo que hay en la capa."""


def _folders(client: docker.DockerClient, attrs: dict[str, Any]) -> list[bytes]:
    """Las carpetas de las capas, de abajo arriba; ninguna si el demonio o su almacén no son de aquí."""
    driver = attrs.get("GraphDriver") or {}
    data = driver.get("Data") or {}
    here = str(client.api.base_url).startswith("http+docker:")  # un socket Unix
    if not here or driver.get("Name") not in _DRIVERS or "UpperDir" not in data:
        return []
    below = data.get("LowerDir") or ""
    return [os.fsencode(path) for path in reversed([data["UpperDir"], *filter(None, below.split(":"))])]


def _layer(folder: bytes, diff_id: str, budget: Budget) -> LayerFiles:
    """Recorre la carpeta de una capa.

    Raises:
        OSError: si falta o no se puede leer.
        _UnreadableError: si sus dueños están traducidos (userns) o remite a otra carpeta (redirect_dir).
    """
    if os.lstat(folder).st_uid != 0:
        raise _UnreadableError
    what = f"la capa {diff_id}"
    builder = LayerBuilder(what, budget)
    linked: dict[int, str] = {}
    pending = [(folder, "")]
    while pending:
        at, parent = pending.pop()
        _folder_marks(at, parent, builder)
        with os.scandir(at) as found:
            for item in found:
                name = clean(os.fsdecode(item.name), what)
                path = f"{parent}/{name}" if parent else name
                status = item.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode):
                    pending.append((item.path, path))
                _add(builder, path, item.path, status, linked)
    return builder.finish(diff_id)


def _folder_marks(folder: bytes, path: str, builder: LayerBuilder) -> None:
    """Apunta si la carpeta es opaca; si el contenido de debajo viene de otra, no se puede leer así."""
    try:
        names = os.listxattr(folder)
    except OSError:
        names = []
    if "trusted.overlay.redirect" in names:
        raise _UnreadableError
    if "trusted.overlay.opaque" in names and os.getxattr(folder, "trusted.overlay.opaque") == b"y":
        builder.empty(path)


def _add(
    builder: LayerBuilder, path: str, full: bytes, status: os.stat_result, linked: dict[int, str]
) -> None:
    """Añade a la capa lo que dice `lstat` de una ruta."""
    kind = _TYPES.get(stat.S_IFMT(status.st_mode))
    if kind is FileType.CHAR and status.st_rdev == 0:
        builder.remove(path)
        return
    if kind is None or builder.mark(path):
        return
    link = ""
    if kind is FileType.SYMLINK:
        link = os.readlink(full).decode("utf-8", "backslashreplace")  # noqa: PTH115 -- Path no admite bytes
    if kind is not FileType.DIRECTORY and status.st_nlink > 1:
        first = linked.setdefault(status.st_ino, path)
        if first != path:
            kind, link = FileType.HARDLINK, first
    size = status.st_size if kind is FileType.FILE else 0
    mode = stat.S_IMODE(status.st_mode)
    builder.add(Entry(path, kind, size, mode, status.st_uid, status.st_gid, link, int(status.st_mtime // 1)))
