"""Descomprimir por lo que dicen los primeros bytes: gzip, bzip2, xz, zstd o nada."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

from muelle.errors import BadArchive, MissingTool

from .limits import FREE_EXPANSION, MAX_EXPANSION, MAX_WINDOW, PIECE, ExcessError
from .stream import Stream

GZIP = b"\x1f\x8b"
BZIP2 = b"BZh"
XZ = b"\xfd7zXZ\0"
ZSTD = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = tuple(bytes([first]) + b"\x2a\x4d\x18" for first in range(0x50, 0x60))
"""Cómo empieza una trama que se salta: `pzstd` pone una delante (RFC 8878, 3.1.2)."""

_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")
"""Lo que sigue a `BZh` y una cifra: un bloque (los decimales de pi) o el final (los de su raíz)."""


@dataclass
class Expansion:
    """Cuánto ha crecido lo comprimido en todo el archivo.

    Args:
        compressed, expanded: bytes antes y después.
    """

    compressed: int = 0
    expanded: int = 0

    def check(self) -> None:
        """Raises: ExcessError si leerlo costaría más de lo que se quiere gastar."""
        if self.expanded > FREE_EXPANSION and self.expanded > self.compressed * MAX_EXPANSION:
            raise ExcessError(
                f"El archivo, al descomprimirlo, pasa de {FREE_EXPANSION // 2**30} GiB y crece más de "
                f"{MAX_EXPANSION} veces: leerlo costaría más de lo que el curso gasta en un archivo."
            )


def is_compressed(head: bytes) -> bool:
    """Si unos bytes son el comienzo de algo comprimido que se sabe leer."""
    bzip2 = head.startswith(BZIP2) and head[4:10] in _BZIP2_BLOCKS
    return bzip2 or head.startswith((GZIP, XZ, ZSTD, *ZSTD_SKIPPABLE))


def expand(pieces: Iterator[memoryview], head: bytes, expansion: Expansion, what: str) -> Iterator[bytes]:
    """Los bytes sin comprimir, en trozos de como mucho `PIECE`.

    Args:
        pieces: lo comprimido.
        head: sus primeros bytes (`pieces` los incluye).
        expansion: la cuenta del archivo entero.
        what: qué está comprimido, para los mensajes («la capa sha256:…»).

    Raises:
        BadArchive: si está dañado, truncado o crece demasiado.
        MissingTool: si falta el módulo de Python que lo lee.
    """
    counted = _counted(pieces, expansion)
    for piece in _plain(counted, head, what):
        expansion.expanded += len(piece)
        expansion.check()
        yield piece


def _counted(pieces: Iterator[memoryview], expansion: Expansion) -> Iterator[memoryview]:
    for piece in pieces:
        expansion.compressed += len(piece)
        yield piece


def _plain(pieces: Iterator[memoryview], head: bytes, what: str) -> Iterator[bytes]:
    if head.startswith(GZIP):
        return _gzip(pieces, what)
    if head.startswith(BZIP2):
        return _bzip2(pieces, what)
    if head.startswith(XZ):
        return _xz(pieces, what)
    return _zstd(pieces, what)


def _gzip(pieces: Iterator[memoryview], what: str) -> Iterator[bytes]:
    """Un gzip, o varios seguidos; después solo puede haber ceros de relleno."""
    inflater = zlib.decompressobj(wbits=31)
    started = False
    try:
        for piece in pieces:
            data = bytes(piece)
            while data:
                if not started:
                    data = data.lstrip(b"\0")
                    if not data:
                        break
                started = True
                out = inflater.decompress(data, PIECE)
                if out:
                    yield out
                data = inflater.unconsumed_tail
                if inflater.eof:
                    data = inflater.unused_data
                    inflater = zlib.decompressobj(wbits=31)
                    started = False
    except zlib.error as error:
        raise _damaged(what, "gzip") from error
    if started:
        raise _cut(what, "gzip")


def _bzip2(pieces: Iterator[memoryview], what: str) -> Iterator[bytes]:
    try:
        import bz2
    except ImportError as error:
        raise _missing("bzip2") from error
    return _frames(pieces, bz2.BZ2Decompressor, (OSError, EOFError), what, "bzip2")


def _xz(pieces: Iterator[memoryview], what: str) -> Iterator[bytes]:
    try:
        import lzma
    except ImportError as error:
        raise _missing("xz") from error

    def new() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=MAX_WINDOW)

    return _frames(pieces, new, (lzma.LZMAError, EOFError), what, "xz")


def _frames(
    pieces: Iterator[memoryview],
    new: Callable[[], Any],
    errors: tuple[type[Exception], ...],
    what: str,
    how: str,
) -> Iterator[bytes]:
    """Uno o varios comprimidos seguidos, con el modo de leer que comparten `bz2` y `lzma`."""
    inflater = new()
    started = False
    try:
        for piece in pieces:
            data = bytes(piece)
            while True:
                if not started:
                    data = data.lstrip(b"\0")  # xz admite ceros entre un comprimido y otro
                if not started and not data:
                    break
                started = True
                out = inflater.decompress(data, PIECE)
                if out:
                    yield out
                data = b""
                if inflater.eof:
                    data = inflater.unused_data
                    inflater = new()
                    started = False
                elif inflater.needs_input:
                    break
    except errors as error:
        raise _damaged(what, how) from error
    if started:
        raise _cut(what, how)


def _zstd(pieces: Iterator[memoryview], what: str) -> Iterator[bytes]:
    try:
        import zstandard
    except ImportError as error:
        raise MissingTool(
            "La capa está comprimida con zstd y falta el módulo de Python: pip install zstandard."
        ) from error
    source = cast("IO[bytes]", _File(pieces))
    inflater = zstandard.ZstdDecompressor(max_window_size=MAX_WINDOW)
    try:
        with inflater.stream_reader(source, read_across_frames=True) as reader:
            while out := reader.read(PIECE):
                yield out
    except (zstandard.ZstdError, MemoryError) as error:
        raise _damaged(what, "zstd") from error


class _File:
    """Lo comprimido como archivo, para `zstandard`."""

    def __init__(self, pieces: Iterator[memoryview]) -> None:
        self._stream = Stream(pieces)

    def read(self, size: int) -> bytes:
        return self._stream.block(size)


def _damaged(what: str, how: str) -> BadArchive:
    return BadArchive(f"Lo comprimido con {how} en {what} está dañado; vuelve a guardar la imagen.")


def _cut(what: str, how: str) -> BadArchive:
    return BadArchive(f"Lo comprimido con {how} en {what} está truncado; vuelve a guardar la imagen.")


def _missing(how: str) -> MissingTool:
    return MissingTool(f"Este Python no sabe leer {how}: usa otro, o descomprime antes el archivo.")
