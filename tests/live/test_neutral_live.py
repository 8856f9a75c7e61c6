"""Lo que cada persona ha puesto en su cliente de Docker no cambia lo que dice una celda."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import docker
import pytest

from muelle import base, builder, owned
from muelle.engine import Endpoint
from muelle.wire import terminal

pytestmark = pytest.mark.live

SETTINGS = {
    "credsStore": "no-existe",
    "credHelpers": {"registro.example": "tampoco"},
    "auths": {"registro.example": {"auth": "bm86bmFkYQ=="}},
    "proxies": {"default": {"httpProxy": "http://proxy.example:3128", "noProxy": "localhost"}},
    "HttpHeaders": {"X-De-La-Persona": "1"},
    "psFormat": "suyo {{.ID}}",
    "imagesFormat": "suyo {{.ID}}",
    "detachKeys": "ctrl-q,q",
    "aliases": {"builder": "no-existe"},
}
VARIABLES = {
    "DOCKER_CONTENT_TRUST": "1",
    "DOCKER_DEFAULT_PLATFORM": "linux/s390x",
    "DOCKER_API_VERSION": "1.30",
}


def told(endpoint: Endpoint) -> list[object]:
    """Lo que ve una persona que crea un contenedor, construye una imagen y escribe dos órdenes."""
    client = endpoint.client()
    try:
        container = client.containers.create(base.NAME, ["true"], labels=owned.LABELS)
        variables = container.attrs["Config"]["Env"]
        container.remove()
        tag = owned.free_name(client, "muelle-neutral")
        built = builder.build(client, f"FROM {base.NAME}\nRUN env | grep -v HOSTNAME | sort\n", tag=tag)
        said = built.steps[-2].output if len(built.steps) > 1 else ()
        client.images.remove(tag)
    finally:
        client.close()
    run = terminal(f"docker run --rm --label muelle=1 {base.NAME} env", endpoint)
    images = terminal("docker images", endpoint)
    asked = [
        (each.api_version, each.path, sorted(name for name, _ in each.request_headers))
        for each in images.conversation.exchanges
    ]
    words = [line for line in run.output.splitlines() if not line.startswith("HOSTNAME=")]
    return [variables, said, words, run.exit_code, images.output.splitlines()[0], asked]


@pytest.fixture(params=[None, *sorted(VARIABLES)], ids=lambda name: name or "config.json")
def meddled(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Una persona con eso puesto en su cliente; devuelve qué."""
    if request.param is None:
        (tmp_path / "config.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
        monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
        return "config.json"
    monkeypatch.setenv(request.param, VARIABLES[request.param])
    return str(request.param)


@pytest.fixture(scope="module")
def plain(engine_endpoint: Endpoint) -> list[object]:
    """Lo que ve quien no ha puesto nada."""
    return told(engine_endpoint)


def test_what_a_person_sets_changes_nothing(
    plain: list[object], meddled: str, engine_endpoint: Endpoint
) -> None:
    assert told(engine_endpoint) == plain, meddled


@contextmanager
def relayed(endpoint: Endpoint) -> Iterator[Endpoint]:
    """El mismo motor, por TCP."""

    class Relay(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with endpoint.connect() as engine:
                threading.Thread(target=_copy, args=(self.request, engine), daemon=True).start()
                _copy(engine, self.request)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Relay) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Endpoint(f"tcp://127.0.0.1:{server.server_address[1]}", "la prueba")
        server.shutdown()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def test_an_engine_is_not_reached_through_the_proxy_of_the_web(
    engine_endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tampoco en la primera pregunta, que el SDK hace mientras se construye."""
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with relayed(engine_endpoint) as by_tcp:
        client = by_tcp.client()
        assert client.ping()
        client.close()


def test_the_client_still_speaks_the_agreed_version(engine_client: docker.DockerClient) -> None:
    assert engine_client.api._version == engine_client.version()["ApiVersion"]
