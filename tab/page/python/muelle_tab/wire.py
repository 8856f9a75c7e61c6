"""Una conexión TCP con la máquina, con la parte de `socket.socket` que usan el SDK y el curso.

Cada operación es una petición síncrona que contesta la página (véase `reader/wire.js`). Lo que se envía
espera a que haga falta una respuesta: así, una petición HTTP corriente cuesta un solo viaje.
"""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import to_js

DAEMON = 2375
AGENT = 1022
CLOSED, UNKNOWN, GONE = 204, 404, 410


class Wire:
    """El cable: la dirección en la que contesta la página."""

    def __init__(self, address: str) -> None:
        self._address = address
        self.generation = 0

    def ask(self, order: str, body: bytes = b"", **parameters: object) -> tuple[int, bytes]:
        """Da una orden a la página y espera su respuesta: un código y unos bytes.

        Raises:
            ConnectionError: la página ya no está.
        """
        query = "&".join(f"{name}={value}" for name, value in parameters.items())
        request = js.XMLHttpRequest.new()
        request.open("POST", f"{self._address}{order}?{query}", False)
        request.responseType = "arraybuffer"
        try:
            request.send(to_js(body))
        except Exception as error:
            raise ConnectionError("la página no contesta") from error
        if request.status >= GONE:
            raise ConnectionError("la página no contesta")
        return request.status, bytes(request.response.to_py()) if request.response else b""

    def connect(self, port: int = DAEMON) -> Socket:
        """Abre una conexión con un puerto de la máquina."""
        return Socket(self, self.ask("open", port=port)[1].decode())

    def run(self, line: str) -> tuple[bytes, int]:
        """Ejecuta una línea de shell dentro de la máquina: lo que escribió y su código de salida."""
        with self.connect(AGENT) as channel:
            channel.sendall(line.encode() + b"\n")
            said = b""
            while data := channel.recv(65536):
                said += data
        text, _, code = said.rpartition(b"\n\x01EXIT ")
        return (text, int(code)) if code.strip().isdigit() else (said, -1)

    def recording(self) -> list[list[list[Any]]]:
        """Lo que el `docker` de la máquina y el demonio se dijeron desde la última vez, por conexión."""
        heard: list[list[list[Any]]] = json.loads(self.ask("recording")[1])
        return heard


class Socket:
    """Una conexión con un puerto de la máquina."""

    def __init__(self, wire: Wire, line: str) -> None:
        self._wire, self._line = wire, line
        self._unsent = b""
        self._unread = b""
        self._timeout: float | None = None
        self._open, self._over = True, False
        self._generation = wire.generation
        self._sent: Callable[[bytes], None] = lambda _: None
        self._got: Callable[[bytes], None] = lambda _: None
        self._ended: Callable[[], None] = lambda: None

    def tap(
        self, sent: Callable[[bytes], None], got: Callable[[bytes], None], ended: Callable[[], None]
    ) -> None:
        """A quién contar lo que se envía, lo que llega y que no llegará más."""
        self._sent, self._got, self._ended = sent, got, ended

    @property
    def current(self) -> bool:
        """Si es una conexión con la máquina de ahora, y no con una que ya se cambió por otra."""
        return self._open and not self._over and self._generation == self._wire.generation

    def sendall(self, data: bytes) -> None:
        """Deja bytes para enviar; salen con la próxima lectura, o ya si son muchos."""
        self._sent(bytes(data))
        self._unsent += bytes(data)
        if len(self._unsent) > 65536:
            self.flush()

    def send(self, data: bytes) -> int:
        """Como `sendall`; devuelve cuántos."""
        self.sendall(data)
        return len(data)

    def flush(self) -> None:
        """Envía lo pendiente."""
        if self._unsent and self._open:
            unsent, self._unsent = self._unsent, b""
            self._wire.ask("send", unsent, line=self._line)

    def recv(self, size: int, flags: int = 0) -> bytes:  # noqa: ARG002
        """Lee hasta `size` bytes; b"" si el otro lado no enviará más.

        Raises:
            TimeoutError: pasó el plazo.
        """
        deadline = None if self._timeout is None else time.monotonic() + self._timeout
        while not self._unread and not self._over and self._open:
            left = 20.0 if deadline is None else deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            unsent, self._unsent = self._unsent, b""
            status, data = self._wire.ask(
                "receive", unsent, line=self._line, milliseconds=int(left * 1000) + 1
            )
            self._over = status in (CLOSED, UNKNOWN)
            self._unread += data
            self._ended() if self._over else self._got(data)
        data, self._unread = self._unread[:size], self._unread[size:]
        return data

    def recv_into(self, buffer: Any, size: int = 0) -> int:
        """Lee en `buffer` y devuelve cuántos bytes."""
        data = self.recv(size or len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def makefile(self, mode: str = "r", *_: object, **options: Any) -> Any:
        """La conexión, como archivo."""
        stream = io.BufferedReader(_Stream(self))
        return stream if "b" in mode else io.TextIOWrapper(stream, **options)

    def settimeout(self, seconds: float | None) -> None:
        """El plazo de cada lectura, en segundos."""
        self._timeout = seconds

    def gettimeout(self) -> float | None:
        """El plazo de cada lectura, en segundos."""
        return self._timeout

    def shutdown(self, how: int) -> None:  # noqa: ARG002
        """No enviaremos más; se puede seguir leyendo."""
        self.flush()

    def close(self) -> None:
        """Cierra la conexión."""
        if self._open:
            self.flush()
            self._open = False
            self._wire.ask("close", line=self._line)

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Stream(io.RawIOBase):
    """Los bytes de una conexión, como los quiere `http.client`; también hace de socket para el SDK."""

    def __init__(self, connection: Socket) -> None:
        self._connection = connection
        self._sock = connection  # donde el SDK lo busca para cortar un flujo a medias

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._connection.recv_into(buffer)

    def recv(self, size: int) -> bytes:
        return self._connection.recv(size)

    def sendall(self, data: bytes) -> None:
        self._connection.sendall(data)
        self._connection.flush()

    def send(self, data: bytes) -> int:
        self.sendall(data)
        return len(data)
