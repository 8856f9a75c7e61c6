"""El proxy: pasa los bytes tal cual en los dos sentidos y enseña una copia a quien graba.

Un hilo acepta conexiones y cada una tiene otros dos, uno por sentido. Cada sentido se cierra por
separado: así `echo hola | docker run -i` termina (el demonio ve el final de la entrada y aún responde).
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import docker

from muelle.engine import neutral
from muelle.engine.endpoint import Endpoint
from muelle.faults import unreachable

from .record import ConnectionRecorder, Recording

CHUNK = 64 * 1024
RETRY_SECONDS = 0.05
"""Lo que se espera para repetir lo que el sistema no puede hacer todavía, en segundos."""
_PASSING = (errno.EMFILE, errno.ENFILE, errno.ECONNABORTED, errno.EAGAIN)
_Result = TypeVar("_Result")
BACKLOG = 4096
"""Conexiones que pueden esperar a ser aceptadas: tantas como en `dockerd` (el sistema quizá deje menos)."""
MAX_SOCKET_PATH = 100
"""macOS no admite rutas de socket de más de 104 bytes; Linux, 108."""


def _close(connection: socket.socket) -> None:
    """Cierra y despierta a quien esté leyendo."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        connection.close()


class _Link:
    """Una conexión del cliente y la suya con el demonio."""

    def __init__(
        self,
        client: socket.socket,
        daemon: socket.socket,
        recording: Recording,
        done: Callable[[_Link], None],
    ) -> None:
        self._client, self._daemon = client, daemon
        self._recorder = ConnectionRecorder(recording)
        self._done = done
        self._open = 2
        self._client_done = False
        self._lock = threading.Lock()
        for connection in (client, daemon):
            connection.settimeout(None)
        ways = ((client, daemon, self._recorder.from_client), (daemon, client, self._recorder.from_daemon))
        self.threads = [threading.Thread(target=self._pump, args=way, daemon=True) for way in ways]

    def start(self) -> None:
        for thread in self.threads:
            thread.start()

    def close(self) -> None:
        _close(self._client)
        _close(self._daemon)

    def _pump(self, source: socket.socket, target: socket.socket, hear: Callable[[bytes], None]) -> None:
        with contextlib.suppress(OSError):  # un lado se fue sin despedirse
            self._pass(source, target, hear)
        if source is self._daemon:
            self._recorder.daemon_closed()
        # Solo acaba este sentido: por el otro puede venir aún la respuesta a lo que no se pudo entregar.
        for connection, way in ((target, socket.SHUT_WR), (source, socket.SHUT_RD)):
            with contextlib.suppress(OSError):
                connection.shutdown(way)
        with self._lock:
            self._open -= 1
            last = self._open == 0
        if last:
            self._recorder.closed()
            self.close()
            self._done(self)

    def _pass(self, source: socket.socket, target: socket.socket, hear: Callable[[bytes], None]) -> None:
        while data := source.recv(CHUNK):
            if self._client_done and target is self._client:
                # Si el cliente ya se fue del todo, esto falla, y lo que nadie oyó no se anota.
                target.sendall(data)
                hear(data)
            else:
                # Antes de entregar: quien recibió una respuesta la encuentra ya grabada.
                hear(data)
                target.sendall(data)
        if source is self._client:
            self._client_done = True


class Proxy:
    """Escucha en una dirección privada y pasa cada conexión al demonio.

    Args:
        endpoint: el motor con el que se habla.

    Attributes:
        url: la dirección para DOCKER_HOST.
        recording: donde se anota lo que se oye.

    Raises:
        EngineUnavailable: si el motor no acepta conexiones.
        MuelleError: si la conversación con ese motor no se puede grabar.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        try:
            endpoint.connect().close()
        except OSError as error:
            raise unreachable(error, endpoint.url) from error
        self._connect, self.recording = endpoint.connect, Recording(threading.RLock())
        self._links: set[_Link] = set()
        self._lock = threading.Lock()
        self._closing = False
        self._folder: Path | None = None
        self.url = ""
        self._listener = self._listen()
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def _listen(self) -> socket.socket:
        if hasattr(socket, "AF_UNIX") and os.name == "posix":
            folder = tempfile.mkdtemp(prefix="muelle-")  # ya es 0700
            if len(folder) > MAX_SOCKET_PATH - len("/docker.sock"):
                Path(folder).rmdir()
                folder = tempfile.mkdtemp(prefix="muelle-", dir="/tmp")
            self._folder = Path(folder)
            path = self._folder / "docker.sock"
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            listener.bind(str(path))
            path.chmod(0o600)
            self.url = f"unix://{path}"
        else:
            # El `docker` de Windows no habla por sockets Unix.
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.bind(("127.0.0.1", 0))
            self.url = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        listener.listen(BACKLOG)
        return listener

    def _when_possible(self, action: Callable[[], _Result]) -> _Result:
        """Repite lo que falla solo por ahora: si no quedan descriptores o sitio en la cola, ya los habrá."""
        while True:
            try:
                return action()
            except OSError as error:
                if self._closing or error.errno not in _PASSING:
                    raise
            time.sleep(RETRY_SECONDS)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._when_possible(self._listener.accept)
            except OSError:
                return
            # Aparte: una conexión que el demonio tarda en aceptar no hace esperar a las demás.
            threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        """Une una conexión del cliente con una nueva del demonio."""
        try:
            daemon = self._when_possible(self._connect)
        except OSError:
            _close(client)  # como si el demonio hubiera colgado
            return
        link = _Link(client, daemon, self.recording, self._forget)
        with self._lock:
            if not self._closing:
                self._links.add(link)
                link.start()
                return
        link.close()

    def _forget(self, link: _Link) -> None:
        with self._lock:
            self._links.discard(link)

    def client(self) -> docker.DockerClient:
        """Un cliente del SDK nuevo, cuyas peticiones pasan por aquí (la primera, `GET /version`, es suya)."""
        return neutral.Client(base_url=self.url, version="auto")

    def close(self) -> None:
        """Deja de escuchar, corta lo que quede abierto y borra el socket."""
        with self._lock:
            self._closing = True
            links = list(self._links)
        _close(self._listener)
        for link in links:
            link.close()
        self._acceptor.join(2)
        for link in links:
            for thread in link.threads:
                thread.join(2)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
