"""Leer del socket una petición entera y acotada, y escribir una respuesta propia.

De lo que manda el cuaderno solo sale de aquí lo que se entendió: método, ruta, consulta, cuerpo y si pide
un canal. Las demás cabeceras se quedan en el guardián.
"""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import responses
from urllib.parse import parse_qsl, unquote

from .refusals import Denied, Refusal

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 64 * 1024 * 1024
"""Bytes de cuerpo: cabe un contexto de construcción de los del curso, y de sobra."""
SECONDS = 60.0
"""Plazo para que la petición llegue entera."""
CHUNK = 64 * 1024

_LINE = re.compile(r"(GET|HEAD|POST|PUT|DELETE) (/[!-~]*) HTTP/1\.([01])")
_VERSION = re.compile(r"/v([0-9]{1,3}\.[0-9]{1,3})(/.*)")


@dataclass(frozen=True)
class Asked:
    """Una petición, entera.

    Args:
        method: GET, HEAD, POST, PUT o DELETE.
        path: descodificada, sin versión ni consulta.
        version: la que nombra (`1.41`), o "".
        query: pares de la consulta, descodificados, en orden.
        body: el cuerpo, ya sin trocear.
        upgrade: si pide convertirse en un canal.
        old: si habla HTTP/1.0.
    """

    method: str
    path: str
    version: str = ""
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    upgrade: bool = False
    old: bool = False


class _Reader:
    """Los bytes de una conexión, con plazo."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection, self._end = connection, time.monotonic() + SECONDS
        self.data = b""

    def more(self) -> None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise Refusal("la petición no llegó entera a tiempo", 408)
        self._connection.settimeout(left)
        piece = self._connection.recv(CHUNK)
        if not piece:
            raise Refusal("la petición llegó a medias")
        self.data += piece

    def until(self, mark: bytes, limit: int) -> bytes:
        while mark not in self.data:
            if len(self.data) > limit:
                raise Refusal("la cabecera es demasiado larga", 431)
            self.more()
        found, _, self.data = self.data.partition(mark)
        return found

    def exactly(self, count: int) -> bytes:
        pieces, missing = [self.data[:count]], count - len(self.data)
        self.data = self.data[count:]
        while missing > 0:
            self.more()
            pieces.append(self.data[:missing])
            taken = len(pieces[-1])
            self.data, missing = self.data[taken:], missing - taken
        return b"".join(pieces)


def read(connection: socket.socket) -> Asked:
    """Lee una petición.

    Raises:
        Refusal: si está mal hecha, es demasiado grande o no llega entera.
        Denied: si se podría leer de dos maneras.
        OSError: si se corta la conexión.
    """
    reader = _Reader(connection)
    head = reader.until(b"\r\n\r\n", HEAD_LIMIT)
    first, *lines = head.decode("latin-1").split("\r\n")
    found = _LINE.fullmatch(first)
    if not found:
        raise Denied("esa línea de petición no es de la API")
    headers = _headers(lines)
    body = _body(reader, headers)
    path, version, query = _target(found[2])
    asks = "upgrade" in headers.get("connection", "").lower() and headers.get("upgrade", "").lower() == "tcp"
    return Asked(found[1], path, version, query, body, asks, found[3] == "0")


def _headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        # Para el motor, un salto de línea suelto también acaba una cabecera: detrás cabría otra petición.
        plain = line.replace("\t", " ").isprintable()
        if not colon or not re.fullmatch(r"[A-Za-z0-9-]+", name) or name.lower() in headers or not plain:
            raise Denied("esas cabeceras no se entienden de una sola manera")
        headers[name.lower()] = value.strip()
    if "form" in headers.get("content-type", "").lower():
        raise Denied("la API no se pide con formularios")
    if "content-encoding" in headers or "expect" in headers:
        raise Denied("el cuerpo tiene que venir tal cual")
    return headers


def _body(reader: _Reader, headers: Mapping[str, str]) -> bytes:
    encoding, length = headers.get("transfer-encoding"), headers.get("content-length")
    if encoding is not None:
        if length is not None or encoding.lower() != "chunked":
            raise Denied("el cuerpo dice su largo de dos maneras")
        return _chunks(reader)
    if length is None:
        return b""
    if not re.fullmatch(r"[0-9]{1,12}", length):
        raise Denied("el largo del cuerpo no se entiende")
    return reader.exactly(_bounded(int(length)))


def _chunks(reader: _Reader) -> bytes:
    body: list[bytes] = []
    total = 0
    while True:
        line = reader.until(b"\r\n", HEAD_LIMIT).split(b";")[0]
        if not re.fullmatch(rb"[0-9A-Fa-f]{1,8}", line):
            raise Denied("el cuerpo troceado no se entiende")
        size = int(line, 16)
        total = _bounded(total + size)
        if size == 0:
            while reader.until(b"\r\n", HEAD_LIMIT):  # remolques: se leen y se olvidan
                pass
            return b"".join(body)
        body.append(reader.exactly(size))
        if reader.exactly(2) != b"\r\n":
            raise Denied("el cuerpo troceado no se entiende")


def _bounded(size: int) -> int:
    if size > BODY_LIMIT:
        raise Denied(f"lo que envía pasa de {BODY_LIMIT // 2**20} MB")
    return size


def _target(target: str) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    raw, _, query = target.partition("?")
    path = unquote(raw, errors="strict") if "%" in raw else raw
    parts = path.split("/")[1:]
    if not path.isprintable() or any(part in ("", ".", "..") for part in parts):
        raise Denied("esa ruta no es de la API")
    if ";" in query or "#" in target:
        raise Denied("esa consulta no se entiende de una sola manera")
    try:
        pairs = tuple(parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=200))
    except ValueError as error:
        raise Denied("esa consulta no se entiende de una sola manera") from error
    found = _VERSION.fullmatch(path)
    return (found[2], found[1], pairs) if found else (path, "", pairs)


def reply(status: int, body: bytes, headers: Mapping[str, str]) -> bytes:
    """Una respuesta entera, que cierra la conexión."""
    lines = [f"HTTP/1.1 {status} {responses.get(status, '')}", *(f"{k}: {v}" for k, v in headers.items())]
    lines += [f"Content-Length: {len(body)}", "Connection: close"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace") + body


def refusal(error: Refusal) -> bytes:
    """La respuesta de una negativa, con la forma de los errores del motor."""
    message = f"El corrector no lo permite: {error}." if isinstance(error, Denied) else str(error)
    body = json.dumps({"message": message}).encode()
    return reply(error.status, body, {"Content-Type": "application/json"})
