"""Lo que escribe un `exec` llega entero, también si el motor contesta antes de que nadie lea."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from muelle import base, owned
from muelle.engine import Endpoint, neutral

pytestmark = pytest.mark.live
Client = docker.DockerClient
NAME = "muelle-prueba-exec"
BIG = 20_000
SCRIPT = f"head -c {BIG} /dev/zero | tr '\\0' a; echo error >&2"


def pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)


def late(source: socket.socket, target: socket.socket) -> None:
    """Pasa lo que dice el motor; si abre un canal, todo junto y al final, como lo ve quien va lento."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            if data.startswith(b"HTTP/1.1 101"):
                while more := source.recv(65536):
                    data += more
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@pytest.fixture
def slow(engine_endpoint: Endpoint, tmp_path: Path) -> Iterator[Path]:
    """Un socket por el que se llega al motor y que junta la respuesta de un canal con sus bytes."""
    place = tmp_path / "lento.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(place))
        server.listen()
        opened: list[socket.socket] = []

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    student, _ = server.accept()
                    engine = engine_endpoint.connect()
                    engine.settimeout(None)
                    opened.extend((student, engine))
                    for work in ((pump, student, engine), (late, engine, student)):
                        threading.Thread(target=work[0], args=work[1:], daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield place
        server.shutdown(socket.SHUT_RDWR)
        for each in opened:
            each.close()


def test_an_exec_arrives_whole(slow: Path, engine_client: Client) -> None:
    owned.free_name(engine_client, NAME)
    made = engine_client.containers.run(
        base.NAME, ["sleep", "300"], name=NAME, labels=owned.LABELS, detach=True
    )
    try:
        there = neutral.Client(base_url=f"unix://{slow}", version="auto").containers.get(NAME)
        assert there.exec_run(["echo", "hola"]) == (0, b"hola\n")
        assert there.exec_run(["sh", "-c", SCRIPT], demux=True) == (0, (b"a" * BIG, b"error\n"))
        assert there.exec_run(["sh", "-c", SCRIPT], stderr=False).output == b"a" * BIG
        assert there.exec_run(["echo", "hola"], tty=True).output == b"hola\r\n"
        assert b"".join(there.exec_run(["sh", "-c", SCRIPT], stream=True).output).count(b"a") == BIG
    finally:
        made.remove(force=True)
