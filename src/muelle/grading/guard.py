"""El guardián: el socket que ve el cuaderno de un estudiante, con las reglas de `policy` delante del motor.

Una conexión lleva una sola petición: se le pone `Connection: close`, y así no hay segunda que se cuele
sin mirar. Las que se convierten en un canal (`attach`, `exec`) solo pasan a serlo si el motor lo acepta.
"""

from __future__ import annotations

import contextlib
import json
import re
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import docker
from docker.errors import APIError, NotFound

from muelle.errors import MuelleError

from .leftovers import steps
from .policy import Denied, Policy, Request, parse

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 1024 * 1024
CHUNK = 64 * 1024


def connector(url: str) -> Callable[[], socket.socket]:
    """Cómo abrir una conexión con el motor.

    Raises:
        MuelleError: si al motor no se llega por un socket Unix ni por TCP sin TLS.
    """
    scheme, _, rest = url.partition("://")
    if scheme in ("unix", "http+unix"):
        path = "/" + rest.lstrip("/")

        def unix() -> socket.socket:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.connect(path)
            return connection

        return unix
    if scheme in ("tcp", "http"):
        parts = urlsplit(url)
        return lambda: socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 2375))
    raise MuelleError("Para corregir hace falta un motor de esta máquina: por socket Unix o TCP sin TLS.")


def policy_for(client: docker.DockerClient, student: str) -> Policy:
    """Las reglas de un estudiante, preguntando al motor de quién es cada cosa."""

    def labels_of(kind: str, name: str) -> dict[str, str] | None:
        try:
            if kind == "containers":
                return dict(client.api.inspect_container(name)["Config"].get("Labels") or {})
            if kind == "images":
                return dict(client.api.inspect_image(name)["Config"].get("Labels") or {})
            if kind == "networks":
                return dict(client.api.inspect_network(name).get("Labels") or {})
            return dict(client.api.inspect_volume(name).get("Labels") or {})
        except NotFound:
            return None

    def container_of_exec(identifier: str) -> str:
        try:
            return str(client.api.exec_inspect(identifier)["ContainerID"])
        except APIError:
            return ""

    return Policy(student, labels_of, container_of_exec)


class Guard:
    """Escucha en `path` mientras dura el `with`.

    Args:
        path: el socket del estudiante.
        upstream: abre una conexión con el motor.
        policy: sus reglas.

    Attributes:
        denied: lo que se negó, en frases.
        steps: las imágenes de los pasos que construyó; el motor no les pone la etiqueta del estudiante.
    """

    def __init__(self, path: Path, upstream: Callable[[], socket.socket], policy: Policy) -> None:
        self.denied: list[str] = []
        self.steps: list[str] = []
        self._upstream, self._policy = upstream, policy
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        path.chmod(0o666)  # la carpeta es la que decide quién llega
        self._server.listen(64)

    def __enter__(self) -> Guard:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, student: socket.socket) -> None:
        with student, contextlib.suppress(OSError):
            student.settimeout(60)
            try:
                request, headers, rest = _read_head(student)
                request, rewrite = self._policy.judge(request)
                channel = request.path.endswith("/attach") or re.fullmatch(r"/exec/[^/]+/start", request.path)
                body = None
                if rewrite or channel:
                    body = _read_body(student, headers, rest)
                    body = rewrite(body) if rewrite else body
            except Denied as error:
                self.denied.append(str(error)[:200])
                student.sendall(_refusal(f"El corrector no lo permite: {error}."))
                return
            except Exception as error:  # una petición mal hecha no tumba al guardián
                student.sendall(_refusal(f"El corrector no entiende la petición ({type(error).__name__})."))
                return
            student.settimeout(None)
            with self._upstream() as engine:
                upgrade = bool(channel) and "upgrade" in headers
                engine.sendall(
                    _write_head(request, headers, body, upgrade) + (rest if body is None else body)
                )
                if channel:
                    _serve_channel(student, engine)
                    return
                answer = bytearray() if request.path == "/build" else None
                _both_ways(student, engine, answer)
                if answer is not None:
                    self.steps += steps(bytes(answer))


def _read_head(student: socket.socket) -> tuple[Request, dict[str, str], bytes]:
    """La petición, sus cabeceras (en minúsculas) y lo que ya llegó de su cuerpo.

    Raises:
        Denied, ValueError: si el motor podría leer en ella otra cosa que el guardián.
    """
    data = b""
    while b"\r\n\r\n" not in data:
        piece = student.recv(CHUNK)
        if not piece or len(data) > HEAD_LIMIT:
            raise ValueError("cabecera")
        data += piece
    head, _, rest = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    method, target, _version = first.split(" ")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip() or name.lower() in headers:
            raise ValueError("cabecera")
        # Para el motor, un salto de línea suelto también acaba una cabecera: detrás cabría otra petición.
        if not line.replace("\t", " ").isprintable():
            raise ValueError("cabecera")
        headers[name.lower()] = value.strip()
    if "form" in headers.get("content-type", "").lower():
        # Los campos de un formulario valen para el motor más que los de la consulta, que es lo que se juzga.
        raise Denied("la API no se pide con formularios")
    return parse(method, target), headers, rest


def _read_body(student: socket.socket, headers: dict[str, str], data: bytes) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return _read_chunks(student, data)
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= BODY_LIMIT:
        raise ValueError("cuerpo")
    while len(data) < length:
        piece = student.recv(CHUNK)
        if not piece:
            raise ValueError("cuerpo")
        data += piece
    return data[:length]


def _read_chunks(student: socket.socket, data: bytes) -> bytes:
    body = b""
    while True:
        while b"\r\n" not in data:
            data += _more(student, data)
        size_line, _, data = data.partition(b"\r\n")
        size = int(size_line.split(b";")[0], 16)
        if size == 0:
            return body
        if size < 0 or len(body) + size > BODY_LIMIT:
            raise ValueError("cuerpo")
        while len(data) < size + 2:
            data += _more(student, data)
        body, data = body + data[:size], data[size + 2 :]


def _more(student: socket.socket, data: bytes) -> bytes:
    piece = student.recv(CHUNK)
    if not piece or len(data) > BODY_LIMIT + HEAD_LIMIT:
        raise ValueError("cuerpo")
    return piece


def _write_head(request: Request, headers: dict[str, str], body: bytes | None, upgrade: bool) -> bytes:
    kept = {name: value for name, value in headers.items() if name not in ("connection", "upgrade")}
    if body is not None:
        kept = {name: value for name, value in kept.items() if name != "transfer-encoding"}
        kept["content-length"] = str(len(body))
    kept["connection"] = "Upgrade" if upgrade else "close"
    if upgrade:
        kept["upgrade"] = "tcp"
    lines = [
        f"{request.method} {request.target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in kept.items()),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def _serve_channel(student: socket.socket, engine: socket.socket) -> None:
    """Pasa la respuesta; y solo si el motor abrió el canal, deja hablar al estudiante por él."""
    head = b""
    waiting = threading.Event()
    threading.Thread(target=_when_open, args=(student, engine, waiting), daemon=True).start()
    while b"\r\n\r\n" not in head and len(head) < HEAD_LIMIT:
        piece = engine.recv(CHUNK)
        if not piece:
            break
        head += piece
    student.sendall(head)
    start = head.split(b"\r\n", 1)[0]
    opened = b" 101 " in start or b"-stream" in head.partition(b"\r\n\r\n")[0].lower()
    if opened:
        waiting.set()
        _pump(engine, student)
    else:
        with contextlib.suppress(OSError):
            engine.settimeout(1)
            while piece := engine.recv(CHUNK):
                student.sendall(piece)


def _when_open(student: socket.socket, engine: socket.socket, waiting: threading.Event) -> None:
    """Lo que diga el estudiante tras la petición: solo se pasa si el motor abrió el canal."""
    if waiting.wait(30):
        _pump(student, engine)


def _both_ways(student: socket.socket, engine: socket.socket, answer: bytearray | None) -> None:
    """Pasa lo que diga cada uno al otro; en `answer`, si lo hay, queda el principio de la respuesta."""
    threading.Thread(target=_pump, args=(student, engine), daemon=True).start()
    _pump(engine, student, answer)


def _pump(source: socket.socket, target: socket.socket, kept: bytearray | None = None) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(CHUNK):
            if kept is not None and len(kept) < BODY_LIMIT:
                kept += data
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def _refusal(message: str) -> bytes:
    body = json.dumps({"message": message}).encode()
    head = f"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body
