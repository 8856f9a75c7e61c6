"""Lo que se dijeron cliente y demonio: peticiones y respuestas HTTP, en orden."""

from __future__ import annotations

from dataclasses import dataclass

from .text import one_line


@dataclass(frozen=True)
class Exchange:
    """Una petición y su respuesta.

    Args:
        method, path: de la línea de petición; `path` sin la versión de la API ni la consulta.
        query: la consulta (`?…`) sin el signo, ya sin credenciales.
        api_version: la que llevaba la ruta (`1.41`) o "".
        status, reason: de la respuesta; 0 y "" si no la hubo.
        request_headers, response_headers: pares en orden, sin credenciales.
        request_body, response_body: los primeros bytes de cada cuerpo (ya sin partir en trozos).
        request_bytes, response_bytes: bytes completos del cuerpo, aunque no se guarden.
        started, duration: segundos; `started` desde el comienzo de la grabación.
        upgraded: protocolo al que pasó la conexión (101), o "".
    """

    method: str
    path: str
    query: str = ""
    api_version: str = ""
    status: int = 0
    reason: str = ""
    request_headers: tuple[tuple[str, str], ...] = ()
    response_headers: tuple[tuple[str, str], ...] = ()
    request_body: bytes = b""
    response_body: bytes = b""
    request_bytes: int = 0
    response_bytes: int = 0
    started: float = 0.0
    duration: float = 0.0
    upgraded: str = ""


@dataclass(frozen=True)
class Conversation:
    """Todos los intercambios de una grabación, en el orden en que empezaron.

    Args:
        title: qué la causó (`docker ps`).
        output: lo que mostró el terminal, si lo hubo.
        exit_code: código de salida del programa, o None si fue el SDK.
    """

    title: str
    exchanges: tuple[Exchange, ...]
    output: str = ""
    exit_code: int | None = None

    def __str__(self) -> str:
        lines = [
            f"  {one_line(each.method)} {one_line(each.path)} → {each.status or 'sin respuesta'}"
            for each in self.exchanges
        ]
        counted = "1 petición" if len(lines) == 1 else f"{len(lines)} peticiones"
        return "\n".join([f"{one_line(self.title)}: {counted}", *lines])

    __repr__ = __str__


@dataclass(frozen=True)
class Journey:
    """Una subida o una bajada, oída a los dos lados del demonio.

    Args:
        title: qué se hizo (`docker push equipo/app:v1`).
        asked: lo que el cliente le dijo al demonio.
        relayed: lo que, mientras, el demonio le dijo al registro.
        news: lo que el demonio fue contando al cliente, una línea por noticia.
    """

    title: str
    asked: tuple[Exchange, ...]
    relayed: tuple[Exchange, ...]
    news: tuple[str, ...] = ()

    @property
    def cause(self) -> Exchange | None:
        """La petición del cliente que hace hablar al demonio con el registro, si la hay."""
        causes = [
            each for each in self.asked if each.path.endswith(("/push", "/images/create", "/images/pull"))
        ]
        return causes[-1] if causes else None

    def __str__(self) -> str:
        lines = [f"  {each.method} {each.path} → {each.status}" for each in self.relayed]
        return "\n".join([f"{self.title}:", *self.news, "El demonio y el registro:", *lines])

    __repr__ = __str__
