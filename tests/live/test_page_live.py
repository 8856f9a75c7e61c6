"""La biblioteca como en una página web: con poco instalado y con todo lo del sistema dado desde fuera."""

from __future__ import annotations

import docker
import pytest

from hidden import with_little
from muelle.engine import Endpoint

ENGINE = [f"engine.{part}" for part in ("install", "private", "search", "transport")]
SYSTEM = tuple(f"muelle.{room}" for room in ("cli", "grading", "wire.process", "wire.proxy", *ENGINE))

PAGE = """
import subprocess, sys
import docker, graphviz
import muelle
from muelle import draw, engine, exercises, wire
from muelle.exercises import store
from muelle.draw.pieces import render


class Given(engine.Endpoint):
    shown, transport = "tu pestaña", "la propia página"

    def connect(self):
        raise OSError("aquí no hay sockets")


class Ear:
    def __init__(self, endpoint):
        self.url, self.recording, self._endpoint = "tcp://la-maquina:2375", wire.Recording(), endpoint
        self.connection = wire.ConnectionRecorder(self.recording)

    def client(self):
        client = self._endpoint.client()
        send = client.api.send

        def heard(request, **options):
            self.connection.from_client(f"{request.method} {request.path_url} HTTP/1.1\\r\\n\\r\\n".encode())
            response = send(request, **options)
            self.connection.from_daemon(b"HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n")
            return response

        client.api.send = heard
        return client

    def close(self):
        self.connection.closed()


def prepare(order):
    def run(ear):
        ear.client().ping()
        return wire.Ended(" ".join(order.words), 0)

    return run


class Memory:
    text = None

    def read(self):
        return self.text

    def begin(self, text):
        self.text = text
        return text

    def write(self, text):
        self.text = text

    def set_aside(self):
        self.text = None


memory = Memory()
store.use(memory)
wire.hear_with(Ear)
wire.run_with(prepare)
render.use(lambda source, kind: graphviz.Source(source).pipe(format=kind))
engine.use(Given(URL, "el de la pestaña"))

assert muelle.connect() is muelle.connect()
assert "tu pestaña" in str(muelle.architecture())
muelle.connect().containers.run("muelle/base", "true", name=NAME, labels=muelle.LABELS)
muelle.layers("muelle/base")
muelle.container(NAME)
muelle.contents("muelle/base")
muelle.build("FROM muelle/base\\nRUN true", tag=NAME)
with muelle.listen() as talk:
    talk.client.ping()
assert [each.path for each in talk.conversation.exchanges][-1] == "/_ping"
ran = muelle.terminal("docker ps")
assert ran.output == "docker ps" and ran.exit_code == 0
assert ran.conversation.exchanges
for control in (muelle.explore("muelle/base"), muelle.laboratory(tag=NAME), muelle.panel(NAME)):
    shown = control._repr_mimebundle_()
    assert sorted(shown) == ["text/html", "text/plain"] and "✗" not in shown["text/html"]
muelle.check("cuantas-capas", 3)
assert '"attempts": 1' in memory.text
print(*[name for name in sys.modules if name.startswith("muelle.")])
"""


def test_everything_of_the_system_can_be_given(
    engine_client: docker.DockerClient, engine_endpoint: Endpoint, request: pytest.FixtureRequest
) -> None:
    """Conectar, mirar, construir, escuchar, dar una orden y comprobar un ejercicio, sin tocar el sistema."""
    name = "muelle-prueba-pagina"
    request.addfinalizer(lambda: engine_client.images.remove(name, force=True))
    request.addfinalizer(lambda: engine_client.containers.get(name).remove(force=True))
    done = with_little(f"URL, NAME = {engine_endpoint.url!r}, {name!r}\n{PAGE}")
    assert done.returncode == 0, done.stderr
    loaded = done.stdout.split()
    assert [module for module in loaded if module.startswith(SYSTEM)] == []
