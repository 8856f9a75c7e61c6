"""El socket del cuaderno: una petición por conexión, juzgada entera antes de abrir la del motor.

Nada de lo que mandó el cuaderno llega al motor: se envía la orden que salió de juzgarlo. Solo en un canal
(`attach`, `exec`) pasan sus bytes, y cuando el motor ya lo abrió.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any

import requests
from docker.errors import DockerException

from muelle.builder.steps import StepReader, made
from muelle.pace import stretched

from .http import Asked, read, refusal, reply
from .judge import Judge
from .orders import Order
from .policy import Connect
from .refusals import Denied, Refusal
from .relay import channel, cut, stream, written

MOST_CONNECTIONS = 48
"""Conexiones a la vez de un cuaderno."""
MOST_ANSWER = 32 * 1024 * 1024
"""Bytes de una respuesta que hay que leer entera para quitarle lo ajeno."""
MOST_DENIED = 50
LEAVING_SECONDS = 30.0
"""Segundos de una máquina tranquila que se espera, al cerrar, a que acaben las peticiones que quedaban."""

_PASSED = (
    "Content-Type",
    "X-Docker-Container-Path-Stat",
    "Docker-Experimental",
    "Libpod-Api-Version",
    "Ostype",
    "Server",
)


class Guard:
    """Escucha en `path` mientras dura el `with`.

    Args:
        path: el socket del estudiante.
        upstream: abre una conexión con el motor.
        judge: sus reglas.
        mode: quién puede conectarse; la carpeta decide quién llega a él.

    Attributes:
        denied: lo que se negó, en frases.
        steps: las imágenes de los pasos que construyó; el motor no les pone la etiqueta del estudiante.
    """

    def __init__(self, path: Path, upstream: Connect, judge: Judge, mode: int = 0o666) -> None:
        self.denied: list[str] = []
        self.steps: list[str] = []
        self._upstream, self._judge = upstream, judge
        self._lock = threading.Lock()
        self._closing = False
        self._open: dict[socket.socket, int] = {}
        self._threads: set[threading.Thread] = set()
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        path.chmod(mode)
        self._server.listen(64)

    @property
    def names(self) -> frozenset[str]:
        """Los nombres que puso sobre imágenes que no llevan su etiqueta."""
        return frozenset(self._judge.things.names)

    def __enter__(self) -> Guard:
        self._start(self._accept)
        return self

    def __exit__(self, *_error: object) -> None:
        """Corta lo que quede y lo espera: después, nadie toca `steps` ni `denied`.

        Al motor que construye se le cuelga solo de este lado: deja de construir, y se lee hasta el final
        lo que hizo, que es lo que hay que quitar.
        """
        with self._lock:
            self._closing = True
            left, threads = {self._server: socket.SHUT_RDWR, **self._open}, tuple(self._threads)
        for each, ways in left.items():
            cut(each, ways)
        self._server.close()
        until = time.monotonic() + stretched(LEAVING_SECONDS)
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        with self._lock:
            late = tuple(self._open)
        for each in late:  # el motor no acaba: aquí no se le espera más
            cut(each)

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        def run() -> None:
            try:
                work(*arguments)
            finally:
                with self._lock:
                    self._threads.discard(thread)

        thread = threading.Thread(target=run, daemon=True)
        with self._lock:
            self._threads.add(thread)
        thread.start()

    @contextlib.contextmanager
    def _held(self, connection: socket.socket, ways: int = socket.SHUT_RDWR) -> Iterator[None]:
        """Una conexión que se corta al cerrar, por los lados `ways`; si ya se está cerrando, en el acto."""
        with self._lock:
            self._open[connection] = ways
            late = self._closing
        if late:
            cut(connection, ways)
        try:
            yield
        finally:
            with self._lock:
                self._open.pop(connection)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            if not self._places.acquire(blocking=False):
                with connection, contextlib.suppress(OSError):
                    connection.sendall(refusal(Refusal("Demasiadas conexiones a la vez.", 429)))
                continue
            self._start(self._serve, connection)

    def _serve(self, student: socket.socket) -> None:
        try:
            with student, self._held(student), contextlib.suppress(OSError):
                self._answer(student)
        finally:
            self._places.release()

    def _answer(self, student: socket.socket) -> None:
        try:
            asked = read(student)
            order = self._judge.order(asked)
        except Refusal as error:
            if isinstance(error, Denied) and len(self.denied) < MOST_DENIED:
                self.denied.append(str(error)[:200])
            student.sendall(refusal(error))
            return
        except (DockerException, requests.RequestException) as error:
            problem = Refusal(f"El motor no respondió al corrector: {type(error).__name__}.", 503)
            student.sendall(refusal(problem))
            return
        except Exception as error:  # una petición mal hecha no tumba al guardián
            student.sendall(
                refusal(Refusal(f"El corrector no entiende la petición ({type(error).__name__})."))
            )
            return
        student.settimeout(None)
        try:
            self._forward(student, asked, order)
        except (HTTPException, ConnectionError, FileNotFoundError):
            with contextlib.suppress(OSError):
                student.sendall(refusal(Refusal("El motor dejó de responder.", 502)))

    def _forward(self, student: socket.socket, asked: Asked, order: Order) -> None:
        ways = socket.SHUT_WR if order.builds else socket.SHUT_RDWR
        with self._upstream() as engine, self._held(engine, ways):
            engine.settimeout(None)
            engine.sendall(written(order, self._judge.version, asked.upgrade))
            if order.channel:
                channel(student, engine)
            else:
                self._pass_on(student, asked, order, engine)

    def _pass_on(self, student: socket.socket, asked: Asked, order: Order, engine: socket.socket) -> None:
        response = HTTPResponse(engine, method=asked.method)
        response.begin()
        headers = {name: value for name in _PASSED if (value := response.getheader(name))}
        if asked.path == "/_ping":
            headers["Api-Version"] = self._judge.version
        if asked.method == "HEAD":
            student.sendall(reply(response.status, b"", headers))
        elif response.status == 200 and (order.answer or asked.path == "/version"):
            student.sendall(reply(200, self._changed(response, order), headers))
        else:
            note = self._note if order.builds else self._loaded if order.loads else None
            stream(student, response, headers, asked.old, note)

    def _changed(self, response: HTTPResponse, order: Order) -> bytes:
        data = response.read(MOST_ANSWER + 1)
        if len(data) > MOST_ANSWER:
            raise HTTPException("respuesta demasiado grande")
        found = json.loads(data)
        if order.answer:
            found = order.answer(found)
        else:
            _speak(found, self._judge.version)
        return json.dumps(found).encode() + b"\n"

    def _note(self, line: bytes, reader: StepReader) -> None:
        """Apunta los pasos de una construcción antes de que el cuaderno sepa de ellos."""
        with contextlib.suppress(ValueError):
            message = json.loads(line)
            if isinstance(message, dict):
                reader.read(message)
                if "--> " not in str(message.get("stream")):
                    return
        for step in made(reader.finish()):
            if step not in self.steps:
                self.steps.append(step)
                with contextlib.suppress(DockerException, requests.RequestException):
                    self._judge.things.note_step(step)

    def _loaded(self, line: bytes, _: StepReader) -> None:
        for name in re.findall(rb"Loaded image(?: ID)?: ([\w.:/-]+)", line):
            self._judge.things.note_step(name.decode())


def _speak(found: dict[str, Any], version: str) -> None:
    """La versión que se habla por este socket, en lo que cuenta `/version`."""
    found["ApiVersion"] = version
    for part in found.get("Components") or []:
        if "ApiVersion" in (part.get("Details") or {}):
            part["Details"]["ApiVersion"] = version
