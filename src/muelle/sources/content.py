"""La huella del contenido de un archivo, mientras pasa por un flujo."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from .limits import MAX_HOLES, PIECE
from .pax import whole
from .stream import Stream
from .tar import BLOCK, Member

_ZEROS = bytes(PIECE)
_SIZE = 16  # bytes que se guardan de un SHA-256: sobran para no confundir dos archivos


def content_digest(member: Member, stream: Stream) -> bytes:
    """La huella de los bytes que vería quien leyera el archivo, con sus huecos rellenos de ceros.

    Args:
        stream: colocado al comienzo de los datos del miembro.

    Raises:
        ValueError: si el mapa de huecos no se entiende.
    """
    if member.extents is None and not member.map_first:
        return digest(stream.take(member.stored))
    extents = member.extents
    left = member.stored
    if extents is None:
        extents, used = _map(stream, left)
        left -= used
    return digest(_filled(extents, stream, left, member.size))


def digest(pieces: Iterable[bytes | memoryview]) -> bytes:
    """La huella de unos bytes que llegan en trozos."""
    found = hashlib.sha256()
    for piece in pieces:
        found.update(piece)
    return found.digest()[:_SIZE]


def _filled(
    extents: list[tuple[int, int]], stream: Stream, left: int, size: int
) -> Iterator[bytes | memoryview]:
    """Los bytes de un archivo con huecos; si los huecos son enormes, el mapa y lo guardado."""
    whole_file = size - left <= MAX_HOLES
    at = 0
    if not whole_file:
        yield f"{size} {extents}".encode()
    for start, length in extents:
        if whole_file:
            yield from _zeros(start - at)
        taken = min(length, left)
        yield from stream.take(taken)
        left -= taken
        at = max(at, start + taken)
    if whole_file:
        yield from _zeros(size - at)


def _zeros(count: int) -> Iterator[bytes]:
    while count > 0:
        yield _ZEROS[:count]
        count -= PIECE


def _map(stream: Stream, size: int) -> tuple[list[tuple[int, int]], int]:
    """El mapa de huecos que va delante de los datos (PAX, formato 1.0) y los bytes que ocupa.

    Raises:
        ValueError: si no se entiende.
    """
    text = b""
    used = 0
    numbers: list[int] = []
    wanted: int | None = None
    while wanted is None or len(numbers) < wanted:
        if used >= size:
            raise ValueError(text[:100])
        block = stream.block(BLOCK)
        used += len(block)
        lines = (text + block).split(b"\n")
        text = lines.pop()
        for line in lines:
            if wanted is None:
                wanted = 2 * whole(line)
            elif len(numbers) < wanted:
                numbers.append(whole(line))
        if len(block) < BLOCK:
            raise ValueError(text[:100])
    return list(zip(numbers[::2], numbers[1::2], strict=True)), used
