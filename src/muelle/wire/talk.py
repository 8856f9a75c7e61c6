"""Escuchar una conversación: todo lo que pase por el proxy mientras dure el `with`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import docker

from muelle.errors import MuelleError
from muelle.model.conversation import Conversation

from .proxy import Proxy
from .record import Recording
from .upstream import Endpoint, check, connector

#: Variables que llevarían al cliente a otro motor, o a este por otro camino.
_OTHER_CHOICES = ("DOCKER_CONTEXT", "DOCKER_TLS_VERIFY", "DOCKER_TLS", "DOCKER_CERT_PATH")


class Talk:
    """Una grabación en marcha (o terminada).

    Attributes:
        url: la dirección del proxy, para DOCKER_HOST.
    """

    def __init__(self, proxy: Proxy, recording: Recording, title: str) -> None:
        self._proxy, self._recording, self._title = proxy, recording, title
        self._client: docker.DockerClient | None = None
        self._closed = False
        self.url = proxy.url

    @property
    def client(self) -> docker.DockerClient:
        """Un cliente del SDK cuyas peticiones quedan grabadas (la primera, `GET /version`, es suya).

        Raises:
            MuelleError: la grabación ya terminó.
        """
        if self._closed:
            raise MuelleError("La grabación terminó al salir del `with`: usa dentro de él su `client`.")
        if self._client is None:
            self._client = docker.DockerClient(base_url=self.url, version="auto")
        return self._client

    @property
    def conversation(self) -> Conversation:
        """Lo oído hasta ahora; si fue más de lo que se guarda, su título lo dice."""
        heard = self._recording.heard  # antes: mientras tanto puede empezar otra
        exchanges = self._recording.exchanges()
        missing = f" (las {len(exchanges)} primeras peticiones de {heard})" if heard > len(exchanges) else ""
        return Conversation(self._title + missing, exchanges)

    def environment(self, base: Mapping[str, str]) -> dict[str, str]:
        """Las variables de entorno con las que un programa habla a través del proxy."""
        kept = {name: value for name, value in base.items() if name not in _OTHER_CHOICES}
        return {**kept, "DOCKER_HOST": self.url}

    def close(self) -> None:
        """Termina la grabación; `conversation` se puede seguir leyendo."""
        self._closed = True
        if self._client is not None:
            self._client.close()
        self._proxy.close()


def open_talk(endpoint: Endpoint | str, title: str = "") -> Talk:
    """Empieza a escuchar sin tocar el entorno del proceso; hay que llamar a `close`.

    Raises:
        EngineUnavailable: si el motor no acepta conexiones.
        MuelleError: si la conversación con ese motor no se puede grabar.
    """
    connect = connector(endpoint)
    check(connect)
    recording = Recording()
    return Talk(Proxy(connect, recording), recording, title)


@contextmanager
def listen(endpoint: Endpoint | str, title: str = "conversación") -> Iterator[Talk]:
    """Graba lo que cliente y demonio se dicen dentro del `with`.

    Graba a quien use `talk.client` y a los programas que se ejecuten dentro (`!docker ps` en una celda):
    mientras dura, DOCKER_HOST apunta al proxy.

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
    try:
        os.environ.update(DOCKER_HOST=talk.url)
        for name in _OTHER_CHOICES:
            os.environ.pop(name, None)
        yield talk
    finally:
        for name in ("DOCKER_HOST", *_OTHER_CHOICES):
            if name in before:
                os.environ[name] = before[name]
            else:
                os.environ.pop(name, None)
        talk.close()
