"""El camino rápido: recorrer en este disco las carpetas de las capas, sin pedir nada al demonio.

Solo vale como root, en la máquina del demonio y con overlay (el almacén clásico de Docker o Podman).
Cuando algo no cuadra se responde None y se lee el archivo de `docker save`, que da lo mismo más despacio.

Cómo guarda overlay una capa: una carpeta con lo que trae; lo que borra, como dispositivo de caracteres 0/0;
lo que vacía, con el atributo `trusted.overlay.opaque` (documentación de overlayfs en Linux).
"""

from __future__ import annotations

import os
import stat
from dataclasses import replace
from typing import Any

import docker

from muelle.errors import BadArchive
from muelle.model.entries import LayerFiles
from muelle.model.tree import Entry, FileType

from .budget import Budget
from .content import digest
from .layer import LayerBuilder
from .limits import PIECE
from .tar import clean

_DRIVERS = ("overlay2", "overlay")
_OF_THE_MACHINE = ("trusted.overlay.", "user.overlay.", "security.selinux")
_TYPES = {
    stat.S_IFREG: FileType.FILE,
    stat.S_IFDIR: FileType.DIRECTORY,
    stat.S_IFLNK: FileType.SYMLINK,
    stat.S_IFCHR: FileType.CHAR,
    stat.S_IFBLK: FileType.BLOCK,
    stat.S_IFIFO: FileType.FIFO,
}


def layers(
    client: docker.DockerClient, attrs: dict[str, Any], digests: bool = False
) -> tuple[LayerFiles, ...] | None:
    """Lo que hay en cada capa de una imagen, leído de las carpetas de overlay.

    Args:
        attrs: respuesta de `GET /images/{name}/json`.
        digests: si se lee cada archivo para calcular su huella.

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
        return tuple(_layer(folder, diff_id, budget, digests) for folder, diff_id in pairs)
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


def _layer(folder: bytes, diff_id: str, budget: Budget, digests: bool) -> LayerFiles:
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
                entry = _entry(builder, path, item.path, status, linked)
                if entry is not None:
                    digest = _digest(item.path) if digests and entry.type is FileType.FILE else b""
                    builder.add(replace(entry, digest=digest) if digest else entry)
    return builder.finish(diff_id)


def _digest(path: bytes) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123 -- Path no admite bytes
        return digest(iter(lambda: file.read(PIECE), b""))


def _folder_marks(folder: bytes, path: str, builder: LayerBuilder) -> None:
    """Apunta si la carpeta es opaca; si el contenido de debajo viene de otra, no se puede leer así."""
    names = _attributes(folder)
    if "trusted.overlay.redirect" in names:
        raise _UnreadableError
    if "trusted.overlay.opaque" in names and os.getxattr(folder, "trusted.overlay.opaque") == b"y":
        builder.empty(path)


def _attributes(path: bytes) -> list[str]:
    """Los nombres de los atributos extendidos de una ruta."""
    try:
        return os.listxattr(path, follow_symlinks=False)
    except OSError:
        return []


def _xattrs(path: bytes) -> tuple[tuple[str, bytes], ...]:
    """Los atributos extendidos que son de la imagen, y no de overlay ni de esta máquina."""
    names = (name for name in _attributes(path) if not name.startswith(_OF_THE_MACHINE))
    return tuple(sorted((name, os.getxattr(path, name, follow_symlinks=False)) for name in names))


def _entry(
    builder: LayerBuilder, path: str, full: bytes, status: os.stat_result, linked: dict[int, str]
) -> Entry | None:
    """Lo que dice `lstat` de una ruta; None si es una marca, que se apunta."""
    kind = _TYPES.get(stat.S_IFMT(status.st_mode))
    if kind is FileType.CHAR and status.st_rdev == 0:
        builder.remove(path)
        return None
    if kind is None or builder.mark(path):
        return None
    link = ""
    if kind is FileType.SYMLINK:
        link = os.fsdecode(os.readlink(full))  # noqa: PTH115 -- Path no admite bytes
    if kind is not FileType.DIRECTORY and status.st_nlink > 1:
        first = linked.setdefault(status.st_ino, path)
        if first != path:
            kind, link = FileType.HARDLINK, first
    size = status.st_size if kind is FileType.FILE else 0
    mode = stat.S_IMODE(status.st_mode)
    device: tuple[int, ...] = ()
    if kind in (FileType.CHAR, FileType.BLOCK):
        device = (os.major(status.st_rdev), os.minor(status.st_rdev))
    mtime = int(status.st_mtime // 1)
    return Entry(path, kind, size, mode, status.st_uid, status.st_gid, link, mtime, device, _xattrs(full))
