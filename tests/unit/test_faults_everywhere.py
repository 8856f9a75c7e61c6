"""Un mismo fallo del motor se dice con la misma frase y el mismo código, lo encuentre quien lo encuentre."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from typing import Any

import docker
import pytest

from muelle import base, builder, engine, exercises, owned, widgets
from muelle.builder import run
from muelle.engine import Endpoint, explain
from muelle.errors import MuelleError
from muelle.faults.table import HOW_TO_START
from muelle.sources import daemon

VERSION = {"Version": "0", "ApiVersion": "1.41", "MinAPIVersion": "1.12", "Os": "linux", "Arch": "amd64"}
SECONDS = 1.0

# Cada fallo y lo que hace el motor con todo lo que no sea decir quién es: código y cuerpo, u otra cosa.
FAULTS: dict[str, tuple[int, str] | str] = {
    "rechaza": (500, "algo se rompió"),
    "disco lleno": (500, "write /x: no space left on device"),
    "cuelga": "cuelga",
    "calla": "calla",
    "se va": "se va",
}


class Engine(ThreadingUnixStreamServer):
    """Un motor que sabe decir quién es y nada más."""

    daemon_threads = True

    def __init__(self, path: Path, fault: tuple[int, str] | str) -> None:
        self.fault, self.closing = fault, threading.Event()
        super().__init__(str(path), Handler)


class Handler(BaseHTTPRequestHandler):
    """Responde a `/version` y a `/_ping`; con lo demás, falla."""

    server: Engine

    def answer(self) -> None:
        """Lee la petición y hace lo que toca."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path.endswith(("/version", "/_ping")):
            return self.reply(200, json.dumps(VERSION))
        if isinstance(self.server.fault, tuple):
            status, message = self.server.fault
            return self.reply(status, json.dumps({"message": message}))
        if self.server.fault == "calla":
            self.server.closing.wait()
        self.close_connection = True
        return None

    def reply(self, status: int, body: str) -> None:
        """Una respuesta con su tamaño."""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body.encode())

    do_GET = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815

    def address_string(self) -> str:
        """Un socket Unix no tiene dirección."""
        return ""

    def log_message(self, format: str, *args: object) -> None:
        """Calla."""


@pytest.fixture(params=sorted(FAULTS))
def broken(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Endpoint, docker.DockerClient]]:
    """Un motor con un fallo y un cliente que conectó cuando aún no lo tenía."""
    path = tmp_path / "d.sock"
    server = Engine(path, FAULTS[request.param])
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    endpoint = Endpoint(f"unix://{path}", "la prueba")
    client = endpoint.client(timeout=SECONDS)
    if request.param == "se va":
        path.unlink()
    yield endpoint, client
    client.close()
    server.closing.set()
    server.shutdown()
    server.server_close()


def grade(client: docker.DockerClient) -> None:
    """Comprueba un ejercicio y lanza lo que dijo, como un error."""
    exercise = exercises.get("una-imagen-dos-contenedores")
    result = exercises.evaluate(exercise, None, lambda: client, "x:0")
    raise MuelleError(result.message)


CALLERS: dict[str, Callable[[docker.DockerClient], Any]] = {
    "owned.mine": owned.mine,
    "owned.clean": owned.clean,
    "owned.free_name": lambda client: owned.free_name(client, "algo"),
    "base.ensure": base.ensure,
    "daemon.image": lambda client: daemon.image(client, "algo"),
    "daemon.images": daemon.images,
    "daemon.contents": lambda client: daemon.contents(client, "algo"),
    "daemon.container": lambda client: daemon.container(client, "algo"),
    "widgets.container_panel": lambda client: widgets.container_panel(client, "algo"),
}


def expected(client: docker.DockerClient) -> MuelleError:
    """Lo que dice la tabla del error que da el propio SDK."""
    with pytest.raises(Exception) as caught:
        client.api.containers()
    said = explain(caught.value)
    assert said is not None
    return said


@pytest.mark.parametrize("caller", CALLERS)
def test_every_caller_says_the_same(broken: tuple[Endpoint, docker.DockerClient], caller: str) -> None:
    _, client = broken
    wanted = expected(client)
    with pytest.raises(MuelleError) as caught:
        CALLERS[caller](client)
    assert str(caught.value) == str(wanted)
    assert type(caught.value) is type(wanted)
    assert caught.value.exit_code == wanted.exit_code


def test_a_build_says_the_same(
    broken: tuple[Endpoint, docker.DockerClient], request: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Salvo lo que es suyo: un Dockerfile que no se entiende, o una construcción que no acaba."""
    _, client = broken
    own = {
        "rechaza": "El motor no entendió el Dockerfile: algo se rompió.",
        "calla": "La construcción no acabó en 1 s y se detuvo.",
    }
    wanted = str(expected(client))
    monkeypatch.setitem(run.run.__kwdefaults__, "seconds", SECONDS)
    with pytest.raises(MuelleError) as caught:
        builder.build(client, "FROM muelle/base")
    assert str(caught.value) == own.get(request.node.callspec.params["broken"], wanted)


def test_an_exercise_says_the_same(broken: tuple[Endpoint, docker.DockerClient]) -> None:
    _, client = broken
    wanted = str(expected(client))
    with pytest.raises(MuelleError) as caught:
        grade(client)
    assert str(caught.value).endswith(wanted)


def test_a_description_says_the_same_and_where(broken: tuple[Endpoint, docker.DockerClient]) -> None:
    endpoint, client = broken
    with pytest.raises(MuelleError) as caught:
        engine.describe(client, endpoint)
    assert str(caught.value).replace(f" en {endpoint.url}", "") == str(expected(client))


def test_the_command_line_says_the_same(broken: tuple[Endpoint, docker.DockerClient], request: Any) -> None:
    """Si el motor que no está lo puso una variable, lo que se aconseja es quitarla."""
    endpoint, client = broken
    wanted = expected(client)
    advice = "esa dirección la puso la variable DOCKER_HOST: quítala con `unset DOCKER_HOST`, o corrígela"
    gone = request.node.callspec.params["broken"] == "se va"
    sentence = str(wanted).replace(HOW_TO_START, advice) if gone else str(wanted)
    done = subprocess.run(
        [sys.executable, "-c", ORDER.format(seconds=SECONDS)],
        env={**os.environ, "DOCKER_HOST": endpoint.url, "COLUMNS": "1000"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stderr.replace(f" en {endpoint.url}", "").splitlines()[-1] == f"✗ {sentence}"
    assert done.returncode == wanted.exit_code


ORDER = """
import sys
from muelle.engine import endpoint
endpoint.Endpoint.client.__defaults__ = ({seconds},)
sys.argv[1:] = ["limpiar"]
from muelle.cli import main
main()
"""
