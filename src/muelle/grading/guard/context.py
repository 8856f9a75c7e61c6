"""El contexto de una construcción: se lee entero y se escribe otro, que solo se lee de una manera."""

from __future__ import annotations

import io
import re
import tarfile
import zlib
from collections.abc import Callable

from .refusals import Denied, Refusal

MOST_BYTES = 64 * 1024 * 1024
MOST_FILES = 20_000


def rewrite(body: bytes, dockerfile: str, change: Callable[[str], str]) -> tuple[bytes, str]:
    """Otro contexto con los mismos archivos y el Dockerfile cambiado.

    Args:
        body: el tar, comprimido o no.
        dockerfile: dónde dice que está; "" es donde siempre.
        change: lo que se hace con su texto.

    Returns:
        El tar, y la ruta del Dockerfile dentro de él.

    Raises:
        Refusal, Denied: si no es un contexto, o se podría leer de dos maneras.
    """
    members = _members(body)
    wanted = [_plain(dockerfile)] if dockerfile else ["Dockerfile", "dockerfile"]
    name = next((each for each in wanted if each in members), "")
    # Podman pasa por el preprocesador de C lo que acaba en «.in», y así se incluyen archivos de la máquina.
    if not name or not members[name][0].isreg() or name.endswith(".in"):
        raise Refusal(f"Cannot locate specified Dockerfile: {wanted[0]}")
    try:
        text = members[name][1].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal("dockerfile parse error: not UTF-8") from error
    data = change(text).encode()
    members[name] = (members[name][0], data)
    return _write(members), name


def _members(body: bytes) -> dict[str, tuple[tarfile.TarInfo, bytes]]:
    members: dict[str, tuple[tarfile.TarInfo, bytes]] = {}
    total = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(_uncompressed(body)), mode="r:") as archive:
            for member in archive:
                name = _plain(member.name)
                total += max(0, member.size)
                if total > MOST_BYTES or len(members) > MOST_FILES:
                    raise Denied(f"un contexto de más de {MOST_BYTES // 2**20} MB no se permite al corregir")
                if not name:
                    continue
                if member.isreg():
                    stream = archive.extractfile(member)
                    members[name] = (member, stream.read() if stream else b"")
                elif member.islnk() and (copied := members.get(_plain(member.linkname))) is not None:
                    members[name] = (copied[0], copied[1])
                elif member.isdir() or member.issym():
                    members[name] = (member, b"")
                else:
                    raise Denied(f"«{name[:80]}» no puede ir en un contexto al corregir")
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise Refusal("el contexto no es un tar") from error
    leaves = {name for name, (member, _) in members.items() if not member.isdir()}
    for name in members:
        parts = name.split("/")
        if any("/".join(parts[:count]) in leaves for count in range(1, len(parts))):
            raise Denied(f"«{name[:80]}» pasa por algo que no es una carpeta")
    return members


def _uncompressed(body: bytes) -> bytes:
    """El tar, si venía comprimido como lo comprime `docker build --compress`; acotado."""
    if body[:2] != b"\x1f\x8b":
        return body
    reader = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        data = reader.decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise Refusal("el contexto no es un tar") from error
    if len(data) > MOST_BYTES:
        raise Denied(f"un contexto de más de {MOST_BYTES // 2**20} MB no se permite al corregir")
    return data


def _plain(name: str) -> str:
    """Una ruta sin adornos, relativa al contexto; "" es la carpeta misma."""
    parts = [part for part in re.split(r"/+", name) if part not in ("", ".")]
    if ".." in parts or "\0" in name or "\\" in name:
        raise Denied(f"«{name[:80]}» no es una ruta del contexto")
    return "/".join(parts)


def _write(members: dict[str, tuple[tarfile.TarInfo, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, (member, data) in members.items():
            info = tarfile.TarInfo(name)
            info.mode, info.uid, info.gid = member.mode & 0o7777, member.uid, member.gid
            info.mtime = int(member.mtime)
            info.type, info.size = tarfile.REGTYPE, len(data)
            if member.isdir() or member.issym():
                info.type, info.size = member.type, 0
                info.linkname = member.linkname if member.issym() else ""
            archive.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return buffer.getvalue()
