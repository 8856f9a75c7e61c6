"""Descomprimir por lo que dicen los primeros bytes: gzip, zstd o nada."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, cast

from muelle.errors import BadArchive, MissingTool

from .limits import FREE_EXPANSION, MAX_EXPANSION, PIECE, ExcessError
from .stream import Stream

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = tuple(bytes([first]) + b"\x2a\x4d\x18" for first in range(0x50, 0x60))
"""Cómo empieza una trama que se salta: `pzstd` pone una delante (RFC 8878, 3.1.2)."""


@dataclass
class Expansion:
    """Cuánto ha crecido lo comprimido en todo el archivo, para reconocer una bomba.

    Args:
        compressed, expanded: bytes antes y después.
    """

    compressed: int = 0
    expanded: int = 0

    def check(self) -> None:
        """Raises: ExcessError si ha crecido más de lo que crece una imagen."""
        if self.expanded > FREE_EXPANSION and self.expanded > self.compressed * MAX_EXPANSION:
            raise ExcessError(
                f"El archivo, al descomprimirlo, crece más de {MAX_EXPANSION} veces: "
                "es una bomba de compresión; no lo uses."
            )


def is_compressed(head: bytes) -> bool:
    """Si unos bytes son el comienzo de un gzip o un zstd."""
    return head.startswith((GZIP, ZSTD, *ZSTD_SKIPPABLE))


def expand(pieces: Iterator[memoryview], head: bytes, expansion: Expansion) -> Iterator[bytes]:
    """Los bytes sin comprimir, en trozos de como mucho `PIECE`.

    Args:
        pieces: lo comprimido.
        head: sus primeros bytes (`pieces` los incluye).
        expansion: la cuenta del archivo entero.

    Raises:
        BadArchive: si está dañado o crece demasiado.
        MissingTool: si es zstd y no está el módulo `zstandard`.
    """
    counted = _counted(pieces, expansion)
    for piece in _gzip(counted) if head.startswith(GZIP) else _zstd(counted):
        expansion.expanded += len(piece)
        expansion.check()
        yield piece


def _counted(pieces: Iterator[memoryview], expansion: Expansion) -> Iterator[memoryview]:
    for piece in pieces:
        expansion.compressed += len(piece)
        yield piece


def _gzip(pieces: Iterator[memoryview]) -> Iterator[bytes]:
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
        raise BadArchive("Una capa comprimida con gzip está dañada; vuelve a guardar la imagen.") from error
    if started:
        raise BadArchive("Una capa comprimida con gzip está truncada; vuelve a guardar la imagen.")


def _zstd(pieces: Iterator[memoryview]) -> Iterator[bytes]:
    try:
        import zstandard
    except ImportError as error:
        raise MissingTool(
            "La capa está comprimida con zstd y falta el módulo de Python: pip install zstandard."
        ) from error
    source = cast("IO[bytes]", _Unlimited(pieces))
    try:
        with zstandard.ZstdDecompressor().stream_reader(source, read_across_frames=True) as reader:
            while out := reader.read(PIECE):
                yield out
    except zstandard.ZstdError as error:
        raise BadArchive("Una capa comprimida con zstd está dañada; vuelve a guardar la imagen.") from error


class _Unlimited:
    """Lo comprimido como archivo, para `zstandard`: `read` sin el presupuesto de las cabeceras."""

    def __init__(self, pieces: Iterator[memoryview]) -> None:
        self._stream = Stream(pieces)

    def read(self, size: int) -> bytes:
        return b"".join(self._stream.take(size))
