"""Leer hacia delante, y solo hacia delante, una sucesión de trozos de bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from .limits import PIECE


class Stream:
    """Un archivo que solo se puede leer una vez y hacia delante, hecho de trozos.

    No guarda más que el trozo actual.

    Args:
        pieces: trozos no vacíos, en orden.

    Attributes:
        ended: si el tar que se leyó de él llevaba su marca de final.
    """

    def __init__(self, pieces: Iterable[bytes | memoryview]) -> None:
        self._pieces = iter(pieces)
        self._piece: bytes | memoryview = b""
        self._at = 0
        self._before = 0  # bytes de los trozos anteriores al actual
        self.ended = False
        self._file: BinaryIO | None = None

    @classmethod
    def of(cls, file: BinaryIO) -> Stream:
        """Los bytes de un archivo abierto: lo que se salta no se lee, si es de los que lo permiten."""
        stream = cls(iter(lambda: file.read(PIECE), b""))
        if file.seekable():
            stream._file = file
        return stream

    def tell(self) -> int:
        """Bytes leídos o saltados desde el comienzo."""
        return self._before + self._at

    def seek(self, position: int) -> int:
        """Salta hacia delante hasta `position`, o hasta el final si llega antes; nunca hacia atrás."""
        missing = position - self._before - self._at
        if 0 <= missing <= len(self._piece) - self._at:  # lo normal: sigue en el trozo actual
            self._at += missing
            return position
        if self._file is not None and missing > PIECE:
            return self._jump(self._file, position)
        for _ in self.take(missing):
            pass
        return self.tell()

    def _jump(self, file: BinaryIO, position: int) -> int:
        """Salta más allá del trozo actual sin leer lo de en medio, que puede ser enorme."""
        self._before += len(self._piece)
        self._piece, self._at = b"", 0
        at = file.tell()
        end = file.seek(0, os.SEEK_END)
        self._before += file.seek(min(at + position - self._before, end)) - at
        return self._before

    def block(self, size: int) -> bytes:
        """Los próximos `size` bytes, que caben en la memoria; menos si se acaban."""
        end = self._at + size
        if end <= len(self._piece):
            read = bytes(self._piece[self._at : end])
            self._at = end
            return read
        return b"".join(self.take(size))

    def peek(self, size: int) -> bytes:
        """Los próximos `size` bytes (menos si se acaban), sin avanzar."""
        head = b"".join(self.take(size))
        rest = self._piece[self._at :]
        self._before = self.tell() - len(head)
        self._piece = head + bytes(rest)
        self._at = 0
        return head

    def take(self, size: int) -> Iterator[memoryview]:
        """Los próximos `size` bytes en trozos, sin copiarlos; menos si se acaban."""
        while size > 0:
            if self._at >= len(self._piece) and not self._advance():
                return
            piece = memoryview(self._piece)[self._at : self._at + size]
            self._at += len(piece)
            size -= len(piece)
            yield piece

    def rest(self) -> Iterator[memoryview]:
        """Lo que queda, hasta el final."""
        while True:
            empty = True
            for piece in self.take(PIECE):
                empty = False
                yield piece
            if empty:
                return

    def _advance(self) -> bool:
        """Pasa al siguiente trozo; False si no hay más."""
        self._before += len(self._piece)
        self._at = 0
        self._piece = next(self._pieces, b"")
        return len(self._piece) > 0
