"""Recorrer los miembros de un tar que llega por un flujo, con `tarfile` y sin extraer nada."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import IO, cast

from muelle.errors import BadArchive

from .limits import MAX_GLOBAL_HEADERS, MAX_PATH
from .stream import Stream

BLOCK = tarfile.BLOCKSIZE


def members(stream: Stream, what: str) -> Iterator[tarfile.TarInfo]:
    """Los miembros de un tar, en orden; ninguno si no tiene ni un byte.

    Entre un miembro y el siguiente quien llama puede leer sus datos de `stream`; lo que no lea se salta.

    Args:
        stream: colocado al comienzo del tar.
        what: de qué tar se trata, para los mensajes («el archivo», «la capa sha256:…»).

    Raises:
        BadArchive: si una cabecera está dañada o el tar se acaba a la mitad.
    """
    if not stream.peek(1):
        return
    try:
        tar = tarfile.TarFile(
            fileobj=cast("IO[bytes]", stream), mode="r", encoding="utf-8", errors="surrogateescape"
        )
        member: tarfile.TarInfo | None = tar.firstmember  # type: ignore[attr-defined]
        while member is not None:
            yield member
            end = -(-tar.offset // BLOCK) * BLOCK
            if stream.seek(end) < end:
                raise BadArchive(f"En {what} faltan datos: el tar está truncado; vuelve a guardarlo.")
            if len(tar.pax_headers) > MAX_GLOBAL_HEADERS:
                raise BadArchive(f"En {what} hay demasiadas cabeceras globales: no es de una imagen normal.")
            stream.allow()
            member = _next(tar)
    except (tarfile.TarError, ValueError, OverflowError, IndexError, RecursionError) as error:
        raise BadArchive(f"En {what} hay una cabecera de tar dañada; vuelve a guardarlo.") from error


def _next(tar: tarfile.TarFile) -> tarfile.TarInfo | None:
    """La cabecera siguiente; None al final.

    No se usa `TarFile.next`, que toma una cabecera dañada por el final del archivo y guarda los miembros.
    """
    try:
        return tarfile.TarInfo.fromtarfile(tar)
    except (tarfile.EOFHeaderError, tarfile.EmptyHeaderError):  # type: ignore[attr-defined]
        return None


def is_tar(head: bytes) -> bool:
    """Si unos bytes pueden ser el comienzo de un tar, aunque sea uno vacío."""
    if len(head) < BLOCK:
        return False
    if not any(head[:BLOCK]):
        return True
    try:
        tarfile.TarInfo.frombuf(head[:BLOCK], "utf-8", "surrogateescape")
    except (tarfile.TarError, ValueError):
        return False
    return True


def clean(name: str, what: str) -> str:
    """Una ruta de tar, relativa a la raíz y sin `.`, `..` ni barras de sobra. La raíz es "".

    Los bytes que no son UTF-8 quedan escritos `\\xNN`: todo nombre se puede mostrar.

    Args:
        name: tal como lo da `tarfile`; puede empezar por `/` o `./`.
        what: de qué tar se trata, para los mensajes.

    Raises:
        BadArchive: si sale de la raíz, tiene un byte nulo o pasa de `MAX_PATH` bytes.
    """
    if len(name) > MAX_PATH:
        raise BadArchive(f"En {what} hay una ruta de más de {MAX_PATH} bytes: ningún contenedor la admite.")
    if "\0" in name:
        raise BadArchive(f"En {what} hay una ruta con un byte nulo: ningún contenedor la admite.")
    if not name.isascii():
        name = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if name and name[0] not in "/." and "/." not in name and "//" not in name and name[-1] != "/":
        return name
    parts: list[str] = []
    for part in name.split("/"):
        if part == "..":
            if not parts:
                raise BadArchive(f"En {what} una ruta sale de la imagen con «..»: no te fíes de él.")
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return "/".join(parts)
