"""Oír lo que se le dice al motor de la pestaña, y ejecutar dentro de la máquina la orden `docker`."""

from __future__ import annotations

import base64
import io
import shlex
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docker

from muelle.engine import Endpoint
from muelle.wire import ConnectionRecorder, Ear, Ended, Order, Recording

from .endpoint import TabEndpoint, client_over
from .wire import Socket

OUTSIDE = "tcp://192.168.86.1:2376"
"""Donde el `docker` de la máquina llama a la página, que lo pasa al demonio y se queda una copia."""

STOPPED = 124
"""El código de `timeout` cuando tuvo que parar la orden (fuente: su página de manual)."""

_FOLDER = "/tmp/orden"
_SLOWER = 3.0
"""Cuánto se alarga el plazo de una orden: este motor va más despacio que uno nativo."""


class TabEar:
    """Quien oye una conversación: los bytes que pasan por cada conexión de su cliente."""

    url = OUTSIDE

    def __init__(self, endpoint: Endpoint) -> None:
        assert isinstance(endpoint, TabEndpoint)
        self.endpoint = endpoint
        self.now: Callable[[], float] = time.monotonic
        self.recording = Recording(now=lambda: self.now())
        self._connections: list[_Heard] = []

    def client(self) -> docker.DockerClient:
        """Un cliente del SDK al que se oye."""
        return client_over(self._connect)

    def _connect(self) -> _Heard:
        heard = _Heard(self.endpoint.connect(), ConnectionRecorder(self.recording))
        self._connections.append(heard)
        return heard

    def close(self) -> None:
        """Deja de oír."""
        for connection in self._connections:
            connection.recorder.closed()


class _Heard:
    """Una conexión que cuenta lo que pasa por ella."""

    def __init__(self, connection: Socket, recorder: ConnectionRecorder) -> None:
        self._connection, self.recorder = connection, recorder
        self._connection.tap(recorder.from_client, recorder.from_daemon, recorder.daemon_closed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def prepare(order: Order) -> Callable[[Ear], Ended]:
    """De una orden `docker` a quien la ejecuta dentro de la máquina."""

    def run(ear: Ear) -> Ended:
        assert isinstance(ear, TabEar)
        wire = ear.endpoint.wire
        wire.recording()  # lo de antes no es de esta orden
        seconds = order.seconds * _SLOWER
        variables = {"DOCKER_HOST": OUTSIDE, "DOCKER_BUILDKIT": "0", "GOGC": "off", **order.variables}
        given = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
        words = " ".join(map(shlex.quote, order.words))
        line = f"exec timeout -s TERM {seconds:g} env {given} {words}"
        if order.folder is not None:
            line = f"{_carried(order.folder)} && cd {_FOLDER} && {line}"
        output, code = wire.run(line)
        _replay(wire.recording(), ear)
        note = f"La orden seguía en marcha a los {seconds:g} s y se detuvo." if code == STOPPED else ""
        return Ended(output.decode("utf-8", "replace"), code, note)

    return run


def _carried(folder: Path) -> str:
    """La línea de shell que deja dentro de la máquina una copia de una carpeta de Python."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.add(folder, arcname=".")
    text = base64.b64encode(packed.getvalue()).decode()
    return f"rm -rf {_FOLDER}; mkdir -p {_FOLDER} && echo {text} | base64 -d | tar -xz -C {_FOLDER}"


def _replay(conversations: list[list[list[Any]]], ear: TabEar) -> None:
    """Anota lo que la página oyó, en el orden y con los tiempos en que ocurrió."""
    pairs = [(ConnectionRecorder(ear.recording), conversation) for conversation in conversations]
    events = sorted(
        ((at, head, who, text) for head, conversation in pairs for who, at, text in conversation),
        key=lambda event: event[0],
    )
    begun = time.monotonic()
    for at, head, who, text in events:
        moment = begun + (at - events[0][0]) / 1000
        ear.now = lambda moment=moment: moment  # type: ignore[misc]
        if text is not None:
            data = base64.b64decode(text)
            head.from_client(data) if who == "client" else head.from_daemon(data)
        elif who == "daemon":
            head.daemon_closed()
    for head, _ in pairs:
        head.closed()
