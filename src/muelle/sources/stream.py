"""Leer hacia delante, y solo hacia delante, una sucesión de trozos de bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from muelle.errors import BadArchive

from .limits import MAX_DIGITS, MAX_HEADER, MAX_LONG_HEADERS, ExcessError

_BLOCK = 512
_DIGITS = re.compile(rb"\d+")


class Stream:
    """Un archivo que solo se puede leer una vez y hacia delante, hecho de trozos.

    Tiene los métodos que `tarfile` necesita (`read`, `tell`, `seek`) y no guarda más que el trozo actual.
    `read`, que es lo que `tarfile` usa para las cabeceras, tiene un presupuesto: véase `allow`.

    Args:
        pieces: trozos no vacíos, en orden.
    """

    def __init__(self, pieces: Iterable[bytes | memoryview]) -> None:
        self._pieces = iter(pieces)
        self._piece: bytes | memoryview = b""
        self._at = 0
        self._before = 0  # bytes de los trozos anteriores al actual
        self._allowed = MAX_HEADER
        self._allowed_long = MAX_LONG_HEADERS

    def tell(self) -> int:
        """Bytes leídos o saltados desde el comienzo."""
        return self._before + self._at

    def seek(self, position: int) -> int:
        """Salta hacia delante hasta `position`, o hasta el final si llega antes.

        Raises:
            BadArchive: si `position` queda atrás.
        """
        missing = position - self._before - self._at
        if 0 <= missing <= len(self._piece) - self._at:  # lo normal: sigue en el trozo actual
            self._at += missing
            return position
        if missing < 0:
            raise BadArchive("Una cabecera del archivo lleva hacia atrás: está dañado; vuelve a guardarlo.")
        for _ in self.take(missing):
            pass
        return self.tell()

    def allow(self) -> None:
        """Renueva el presupuesto de `read`: empieza un miembro nuevo."""
        self._allowed = MAX_HEADER

    def read(self, size: int) -> bytes:
        """Lee `size` bytes; menos solo si se acaban.

        Raises:
            ExcessError: si se agota el presupuesto.
            BadArchive: si hay bytes pero no bastan.
        """
        self._allowed -= size
        if size < 0 or self._allowed < 0:
            raise ExcessError(
                f"Una cabecera del archivo ocupa más de {MAX_HEADER // 1024} KiB: no es de una imagen normal."
            )
        if size <= _BLOCK:
            return self._read(size)
        self._allowed_long -= size
        read = self._read(size)
        if self._allowed_long < 0 or any(len(run) > MAX_DIGITS for run in _DIGITS.findall(read)):
            raise ExcessError("El archivo tiene cabeceras desmedidas: no es de una imagen normal.")
        return read

    def _read(self, size: int) -> bytes:
        end = self._at + size
        if end <= len(self._piece):
            read = bytes(self._piece[self._at : end])
            self._at = end
            return read
        read = b"".join(self.take(size))
        if read and len(read) < size:
            raise BadArchive("El archivo está truncado: acaba en una cabecera; vuelve a guardarlo.")
        return read

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

    def _advance(self) -> bool:
        """Pasa al siguiente trozo; False si no hay más."""
        self._before += len(self._piece)
        self._at = 0
        self._piece = next(self._pieces, b"")
        return len(self._piece) > 0
