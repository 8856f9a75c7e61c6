"""Los bytes entre el cuaderno y el motor: la orden que sale, la respuesta que vuelve y el canal abierto."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable
from http.client import HTTPResponse
from urllib.parse import quote, urlencode

from muelle.builder.steps import StepReader

from .http import CHUNK
from .orders import Order


def written(order: Order, version: str, upgrade: bool = False) -> bytes:
    """Los bytes que se envían al motor."""
    path = quote(order.path, safe="/:@._-~")
    query = f"?{urlencode(order.query)}" if order.query else ""
    lines = [f"{order.method} /v{version}{path}{query} HTTP/1.1", "Host: muelle"]
    if order.channel and upgrade:
        lines += ["Connection: Upgrade", "Upgrade: tcp"]
    else:
        lines.append("Connection: close")
    if order.anonymous:
        lines.append("X-Registry-Auth: e30=")  # {} en Base64
    if order.body is not None:
        lines += [f"Content-Type: {order.kind}", f"Content-Length: {len(order.body)}"]
    elif order.method in ("POST", "PUT"):
        lines.append("Content-Length: 0")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + (order.body or b"")


def stream(
    student: socket.socket,
    response: HTTPResponse,
    headers: dict[str, str],
    old: bool,
    note: Callable[[bytes, StepReader], None] | None,
) -> None:
    """Pasa la respuesta según llega, troceada si no se sabe cuánto mide.

    La de una construcción se lee hasta el final aunque el cuaderno cuelgue: hay que saber qué dejó.
    """
    length = response.getheader("Content-Length")
    framed = length is None and not old and response.status not in (204, 304)
    lines = [f"HTTP/1.1 {response.status} {response.reason}", *(f"{k}: {v}" for k, v in headers.items())]
    lines += ["Transfer-Encoding: chunked"] if framed else [f"Content-Length: {length}"] if length else []
    head = ("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode("latin-1", "replace")

    def tell(data: bytes) -> None:
        try:
            student.sendall(data)
        except OSError:
            if note is None:
                raise

    tell(head)
    reader, pending = StepReader(), b""
    while data := response.read1(CHUNK):
        if note:
            *whole, pending = (pending + data).split(b"\n")
            for line in whole:
                note(line, reader)
            pending = pending[-CHUNK:]
        tell(b"%x\r\n%b\r\n" % (len(data), data) if framed else data)
    if framed:
        tell(b"0\r\n\r\n")


def channel(student: socket.socket, engine: socket.socket) -> None:
    """Pasa la respuesta; y solo si el motor abrió el canal, deja hablar al estudiante por él."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < CHUNK:
        piece = engine.recv(CHUNK)
        if not piece:
            break
        head += piece
    student.sendall(head)
    status = head.split(b"\r\n", 1)[0]
    if b" 101 " in status or b"-stream" in head.partition(b"\r\n\r\n")[0].lower():
        typed = threading.Thread(target=_pump, args=(student, engine), daemon=True)
        typed.start()
        _pump(engine, student)
        for each in (student, engine):  # el canal acabó: lo que aún se escriba no lo lee nadie
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RD if each is student else socket.SHUT_RDWR)
        typed.join()
    else:
        with contextlib.suppress(OSError):
            while piece := engine.recv(CHUNK):
                student.sendall(piece)


def cut(connection: socket.socket, ways: int = socket.SHUT_RDWR) -> None:
    """Corta una conexión por los lados que dice `ways`, como los de `socket.shutdown`."""
    with contextlib.suppress(OSError):
        connection.shutdown(ways)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
