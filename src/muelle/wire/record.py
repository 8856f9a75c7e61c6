"""De los bytes de las conexiones a los intercambios: qué respuesta es de qué petición."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from muelle.model.conversation import Exchange

from . import redact
from .parse import Body, Head, MessageParser

MAX_BODY = 64 * 1024
"""Cuánto se guarda de cada cuerpo, en bytes."""
MAX_EXCHANGES = 1000
"""Cuántos intercambios se guardan de una grabación."""

_VERSION = re.compile(r"^/v(\d+(?:\.\d+)*)(/.*)$")
_REQUEST = re.compile(r"^([A-Z]+) (\S+) HTTP/1\.[01]$")
_STATUS = re.compile(r"^HTTP/1\.[01] (\d{3})(?: (.*))?$")


@dataclass
class _Side:
    """Un cuerpo que va llegando."""

    headers: tuple[tuple[str, str], ...] = ()
    kept: bytearray = field(default_factory=bytearray)
    total: int = 0
    keep: bool = True

    def add(self, data: bytes) -> None:
        self.total += len(data)
        if self.keep:
            self.kept += data[: MAX_BODY - len(self.kept)]


_TAR_REQUEST = re.compile(r"/(build|load|archive|images/create)$")
"""Rutas que llevan un tar (contexto, capas, archivos copiados): no se lee y puede llevar secretos."""
_TAR_RESPONSE = re.compile(r"/(get|export|archive)$")


def _is_tar(head: Head, path: str, carriers: re.Pattern[str]) -> bool:
    """Por la ruta además del tipo: `docker cp` envía un tar y dice que es texto."""
    kind = head.get("Content-Type").lower()
    return bool(carriers.search(path)) or "tar" in kind or "gzip" in kind


@dataclass
class Draft:
    """Un intercambio mientras ocurre."""

    method: str
    path: str
    query: str
    api_version: str
    started: float
    request: _Side = field(default_factory=_Side)
    response: _Side = field(default_factory=_Side)
    status: int = 0
    reason: str = ""
    upgraded: str = ""
    wanted_upgrade: str = ""
    duration: float | None = None

    def exchange(self, now: float) -> Exchange:
        """Lo que se sabe hasta ahora, sin credenciales."""
        return Exchange(
            method=self.method,
            path=self.path,
            query=self.query,
            api_version=self.api_version,
            status=self.status,
            reason=self.reason,
            request_headers=self.request.headers,
            response_headers=self.response.headers,
            request_body=redact.body(self.path, bytes(self.request.kept)),
            response_body=redact.body(self.path, bytes(self.response.kept)),
            request_bytes=self.request.total,
            response_bytes=self.response.total,
            started=self.started,
            duration=self.duration if self.duration is not None else now - self.started,
            upgraded=self.upgraded,
        )


class Recording:
    """Lo que se oyó en todas las conexiones con un motor.

    Args:
        lock: el cerrojo de quien anota desde varios hilos; ha de poder tomarse dos veces en el mismo.
        now: el reloj, en segundos; solo cuentan las diferencias.

    Attributes:
        heard: cuántos intercambios empezaron; de ellos se guardan los `MAX_EXCHANGES` primeros.
        faults: cuántas conexiones dejaron de anotarse por un fallo del curso.
    """

    def __init__(
        self,
        lock: AbstractContextManager[object] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.lock = lock or nullcontext()
        self._now, self._origin = now, now()
        self.heard = self.faults = 0
        self._drafts: list[Draft] = []

    def clock(self) -> float:
        """Segundos desde el comienzo de la grabación."""
        return self._now() - self._origin

    def add(self, draft: Draft) -> None:
        """Anota un intercambio que empieza."""
        self.heard += 1
        if len(self._drafts) < MAX_EXCHANGES:
            self._drafts.append(draft)

    def exchanges(self) -> tuple[Exchange, ...]:
        """Los intercambios guardados, en el orden en que empezaron."""
        with self.lock:
            now = self.clock()
            return tuple(draft.exchange(now) for draft in self._drafts)


class ConnectionRecorder:
    """Lee una copia de los dos sentidos de una conexión."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._waiting: deque[Draft] = deque()
        self._request: Draft | None = None
        self._response: Draft | None = None
        self._interim = False
        self._client = MessageParser(self._request_head, self._request_body, self._request_end)
        self._daemon = MessageParser(self._response_head, self._response_body, self._response_end)

    def from_client(self, data: bytes) -> None:
        """Bytes que envió el cliente."""
        self._safely(self._client, lambda: self._client.feed(data))

    def from_daemon(self, data: bytes) -> None:
        """Bytes que envió el demonio."""
        self._safely(self._daemon, lambda: self._daemon.feed(data))

    def daemon_closed(self) -> None:
        """El demonio no enviará más."""
        self._safely(self._daemon, self._daemon.close)

    def closed(self) -> None:
        """La conexión terminó: lo que quede a medias dura hasta aquí."""
        with self._recording.lock:
            for draft in (self._response, *self._waiting):
                if draft is not None:
                    self._end(draft)

    def _safely(self, parser: MessageParser, action: Callable[[], None]) -> None:
        """Lo que no se entiende se cuenta y nada más: nunca corta la conversación que se escucha."""
        with self._recording.lock:
            try:
                action()
            except Exception as error:
                if not isinstance(error, ValueError):  # eso es no entenderlo; lo demás, un fallo nuestro
                    self._recording.faults += 1
                if parser is self._client and self._request and self._request.duration is not None:
                    self._request = None  # su intercambio ya acabó: lo que sigue no es suyo
                parser.go_opaque()

    def _end(self, draft: Draft) -> None:
        if draft.duration is None:
            draft.duration = self._recording.clock() - draft.started

    def _request_head(self, head: Head) -> tuple[Body, int]:
        match = _REQUEST.match(head.line)
        if match is None:
            raise ValueError(head.line)
        path, _, query = match[2].partition("?")
        version = _VERSION.match(path)
        draft = Draft(
            method=match[1],
            path=version[2] if version else path,
            query=redact.query(query),
            api_version=version[1] if version else "",
            started=self._recording.clock(),
            wanted_upgrade=head.get("Upgrade") if "upgrade" in head.get("Connection").lower() else "",
        )
        draft.request.headers = redact.headers(head.headers)
        draft.request.keep = not _is_tar(head, draft.path, _TAR_REQUEST)
        self._request = draft
        self._waiting.append(draft)
        self._recording.add(draft)
        return head.framing() or (Body.LENGTH, 0)

    def _request_body(self, data: bytes) -> None:
        if self._request is not None:
            self._request.request.add(data)

    def _request_end(self) -> None:
        if self._request is not None and self._request.wanted_upgrade and not self._request.status:
            self._client.hold()

    def _response_head(self, head: Head) -> tuple[Body, int]:
        match = _STATUS.match(head.line)
        if match is None or not self._waiting:
            raise ValueError(head.line)
        status = int(match[1])
        self._interim = 100 <= status < 200 and status != 101
        if self._interim:
            return Body.LENGTH, 0
        draft = self._response = self._waiting.popleft()
        draft.status, draft.reason = status, match[2] or ""
        draft.response.headers = redact.headers(head.headers)
        draft.response.keep = not _is_tar(head, draft.path, _TAR_RESPONSE)
        if status == 101:
            self._upgrade(draft, head)
            return Body.RAW, 0
        framing = head.framing()
        if draft.method == "HEAD" or status in (204, 304):
            framing = (Body.LENGTH, 0)
        if framing is None and draft.wanted_upgrade:
            # Sin 101 y sin tamaño: el demonio tomó la conexión como hacían los clientes antiguos.
            self._client.go_opaque()
        else:
            self._client.resume()
        return framing or (Body.UNTIL_CLOSE, 0)

    def _upgrade(self, draft: Draft, head: Head) -> None:
        draft.upgraded = head.get("Upgrade") or draft.wanted_upgrade or "tcp"
        if draft.upgraded.lower() == "h2c":
            # HTTP/2 binario (BuildKit): no se entiende y por ahí viajan los secretos de `build`.
            draft.request.keep = draft.response.keep = False
        self._request = draft
        self._client.go_opaque()

    def _response_body(self, data: bytes) -> None:
        if self._response is not None:
            self._response.response.add(data)

    def _response_end(self) -> None:
        if self._response is not None and not self._interim:
            self._end(self._response)
            self._response = None
