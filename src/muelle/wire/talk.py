"""Escuchar una conversación: todo lo que se diga por una grabación mientras dure el `with`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import docker

from muelle.engine import neutral
from muelle.engine.endpoint import Endpoint
from muelle.errors import MuelleError
from muelle.model.conversation import Conversation

from .needs import OTHER_CHOICES, Ear, Hear

_given: list[Hear] = []


def hear_with(hear: Hear | None) -> None:
    """Da otra manera de oír las conversaciones, para donde no hay sockets; None, la de esta máquina."""
    _given[:] = [] if hear is None else [hear]


def _hear(endpoint: Endpoint) -> Ear:
    if _given:
        return _given[0](endpoint)
    from .proxy import Proxy  # aquí dentro: en una página web no hay sockets ni hilos

    return Proxy(endpoint)


class Talk:
    """Una grabación en marcha (o terminada).

    Attributes:
        url: la dirección en la que se oye, para DOCKER_HOST.
        ear: quien oye.
    """

    def __init__(self, ear: Ear, title: str) -> None:
        self.ear, self._title = ear, title
        self._client: docker.DockerClient | None = None
        self._closed = False
        self.url = ear.url

    @property
    def client(self) -> docker.DockerClient:
        """Un cliente del SDK cuyas peticiones quedan grabadas (la primera, `GET /version`, es suya).

        Raises:
            MuelleError: la grabación ya terminó.
        """
        if self._closed:
            raise MuelleError("La grabación terminó al salir del `with`: usa dentro de él su `client`.")
        if self._client is None:
            self._client = self.ear.client()
        return self._client

    @property
    def conversation(self) -> Conversation:
        """Lo oído hasta ahora; si fue más de lo que se guarda, su título lo dice."""
        heard = self.ear.recording.heard  # antes: mientras tanto puede empezar otra
        exchanges = self.ear.recording.exchanges()
        missing = f" (las primeras: {len(exchanges)} de {heard})" if heard > len(exchanges) else ""
        if self.ear.recording.faults:
            missing += " (falta una parte por un fallo del curso: avisa de él)"
        return Conversation(self._title + missing, exchanges)

    def close(self) -> None:
        """Termina la grabación; `conversation` se puede seguir leyendo."""
        self._closed = True
        if self._client is not None:
            self._client.close()
        self.ear.close()


def open_talk(endpoint: Endpoint | str, title: str = "") -> Talk:
    """Empieza a escuchar sin tocar el entorno del proceso; hay que llamar a `close`.

    Raises:
        EngineUnavailable: si el motor no acepta conexiones.
        MuelleError: si la conversación con ese motor no se puede grabar.
    """
    known = Endpoint(endpoint, origin="") if isinstance(endpoint, str) else endpoint
    return Talk(_hear(known), title)


@contextmanager
def listen(endpoint: Endpoint | str, title: str = "conversación") -> Iterator[Talk]:
    """Graba lo que cliente y demonio se dicen dentro del `with`.

    Graba a quien use `talk.client` y a los programas que se ejecuten dentro (`!docker ps` en una celda):
    mientras dura, DOCKER_HOST apunta a la grabación.

        >>> with listen("unix:///var/run/docker.sock") as talk:
        ...     talk.client.containers.list()
        >>> talk.conversation.exchanges

    Args:
        endpoint: el motor, o su dirección.
        title: el de la conversación.

    Raises:
        EngineUnavailable: si el motor no acepta conexiones.
        MuelleError: si la conversación con ese motor no se puede grabar.
    """
    talk = open_talk(endpoint, title)
    before = dict(os.environ)
    dropped = (*OTHER_CHOICES, *neutral.injected_variables(before))
    try:
        with neutral.config_folder(before) as config:
            os.environ.update(DOCKER_HOST=talk.url, DOCKER_CONFIG=config)
            for name in dropped:
                os.environ.pop(name, None)
            yield talk
    finally:
        for name in ("DOCKER_HOST", "DOCKER_CONFIG", *dropped):
            if name in before:
                os.environ[name] = before[name]
            else:
                os.environ.pop(name, None)
        talk.close()
