"""Un analizador de HTTP/1.1 que recibe los bytes como lleguen, partidos por donde sea.

No decide nada sobre la conexión: solo lee una copia. Si algo no es HTTP, lo que sigue pasa a ser
opaco y se cuenta, nada más.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

MAX_HEAD = 256 * 1024
"""Una cabecera más larga que esto no es de Docker."""


class Body(Enum):
    """Cómo se sabe dónde acaba un cuerpo (RFC 9112, sección 6)."""

    LENGTH = auto()
    CHUNKED = auto()
    UNTIL_CLOSE = auto()
    RAW = auto()


@dataclass(frozen=True)
class Head:
    """La primera línea y las cabeceras de un mensaje."""

    line: str
    headers: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """El valor de una cabecera, o "" (sin distinguir mayúsculas)."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def framing(self) -> tuple[Body, int] | None:
        """Cómo se delimita el cuerpo según las cabeceras; None si no lo dicen."""
        if "chunked" in self.get("Transfer-Encoding").lower():
            return Body.CHUNKED, 0
        length = self.get("Content-Length").strip()
        return (Body.LENGTH, int(length)) if length.isdecimal() else None


def parse_head(data: bytes) -> Head:
    """Lee la cabecera (sin la línea en blanco).

    Raises:
        ValueError: si una línea no es una cabecera.
    """
    first, *rest = data.decode("latin-1").split("\r\n")
    headers = []
    for line in rest:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise ValueError(line)
        headers.append((name, value.strip()))
    return Head(first, tuple(headers))


class _State(Enum):
    HEAD = auto()
    LENGTH = auto()
    CHUNK_SIZE = auto()
    CHUNK_DATA = auto()
    CHUNK_END = auto()
    TRAILER = auto()
    OPAQUE = auto()
    HELD = auto()


class MessageParser:
    """Lee los mensajes de un sentido de la conexión.

    Args:
        on_head: recibe la cabecera y dice cómo es el cuerpo; ValueError si no es un mensaje HTTP.
        on_body: recibe los bytes del cuerpo, ya sin partir en trozos, y los opacos.
        on_end: el mensaje terminó.
    """

    def __init__(
        self,
        on_head: Callable[[Head], tuple[Body, int]],
        on_body: Callable[[bytes], None],
        on_end: Callable[[], None],
    ) -> None:
        self._on_head, self._on_body, self._on_end = on_head, on_body, on_end
        self._state = _State.HEAD
        self._buffer = bytearray()
        self._left = 0

    def feed(self, data: bytes) -> None:
        """Añade bytes recibidos.

        Raises:
            ValueError: si no son HTTP; después hay que llamar a `go_opaque`.
        """
        self._buffer += data
        self._run()

    def hold(self) -> None:
        """No leas más hasta saber si la conexión cambia de protocolo."""
        self._state = _State.HELD

    def resume(self) -> None:
        """No cambió: lo que sigue es otro mensaje."""
        if self._state is _State.HELD:
            self._state = _State.HEAD
            self._run()

    def go_opaque(self) -> None:
        """Cambió, o ya no se entiende: lo que sigue no es HTTP/1.1."""
        self._state = _State.OPAQUE
        self._run()

    def close(self) -> None:
        """El otro lado no enviará más: un cuerpo sin tamaño termina aquí."""
        if self._state is _State.OPAQUE:
            self._on_end()

    def _run(self) -> None:
        """Avanza mientras se pueda: cada paso devuelve False si hacen falta más bytes."""
        while self._STEPS[self._state](self):
            pass

    def _held(self) -> bool:
        if len(self._buffer) > MAX_HEAD:
            raise ValueError("nadie respondió al cambio de protocolo")
        return False

    def _opaque(self) -> bool:
        if self._buffer:
            self._on_body(bytes(self._buffer))
            self._buffer.clear()
        return False

    def _head(self) -> bool:
        while self._buffer.startswith(b"\r\n"):  # líneas vacías antes de un mensaje: se permiten
            del self._buffer[:2]
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise ValueError("cabecera demasiado larga")
            return False
        head = parse_head(bytes(self._buffer[:end]))
        body, length = self._on_head(head)
        del self._buffer[: end + 4]
        self._left = length
        if body is Body.LENGTH:
            self._state = _State.LENGTH
        elif body is Body.CHUNKED:
            self._state = _State.CHUNK_SIZE
        else:
            self._state = _State.OPAQUE
        return True

    def _take(self) -> bytes:
        piece = bytes(self._buffer[: self._left])
        del self._buffer[: len(piece)]
        self._left -= len(piece)
        return piece

    def _finish(self) -> bool:
        self._state = _State.HEAD
        self._on_end()  # puede cambiar el estado (`hold`)
        return True

    def _length(self) -> bool:
        if self._left and self._buffer:
            self._on_body(self._take())
        return self._finish() if not self._left else False

    def _line(self) -> bytes | None:
        end = self._buffer.find(b"\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEAD:
                raise ValueError("línea demasiado larga")
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _chunk_size(self) -> bool:
        line = self._line()
        if line is None:
            return False
        self._left = int(line.split(b";")[0].strip(), 16)
        if self._left < 0:
            raise ValueError("trozo de tamaño negativo")
        self._state = _State.CHUNK_DATA if self._left else _State.TRAILER
        return True

    def _chunk_data(self) -> bool:
        if not self._buffer:
            return False
        self._on_body(self._take())
        if not self._left:
            self._state = _State.CHUNK_END
        return True

    def _chunk_end(self) -> bool:
        line = self._line()
        if line is None:
            return False
        if line:
            raise ValueError("falta el final del trozo")
        self._state = _State.CHUNK_SIZE
        return True

    def _trailer(self) -> bool:
        line = self._line()
        if line is None:
            return False
        return True if line else self._finish()

    _STEPS: dict[_State, Callable[[MessageParser], bool]] = {  # noqa: RUF012 -- constante
        _State.HEAD: _head,
        _State.LENGTH: _length,
        _State.CHUNK_SIZE: _chunk_size,
        _State.CHUNK_DATA: _chunk_data,
        _State.CHUNK_END: _chunk_end,
        _State.TRAILER: _trailer,
        _State.OPAQUE: _opaque,
        _State.HELD: _held,
    }
