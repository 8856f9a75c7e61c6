"""El registro en una celda: se pone en marcha, se sube y se baja, y se ve a los dos lados del demonio."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from html import escape

import docker
from docker.errors import NotFound

from muelle import distribution, draw, owned, wire
from muelle.draw import units
from muelle.engine import connect, connection
from muelle.faults.listing import listed_images
from muelle.model.conversation import Exchange, Journey

IMAGE = "muelle/base"
NAME = "muelle-registro"


@dataclass(frozen=True)
class Trip:
    """Una subida o una bajada: se muestra como un diagrama de tres carriles.

    Args:
        journey: lo que se oyó a los dos lados del demonio.
    """

    journey: Journey

    @property
    def asked(self) -> tuple[Exchange, ...]:
        """Lo que el cliente le dijo al demonio."""
        return self.journey.asked

    @property
    def relayed(self) -> tuple[Exchange, ...]:
        """Lo que, mientras, el demonio le dijo al registro."""
        return self.journey.relayed

    def __str__(self) -> str:
        return draw.journey(self.journey).plain()

    __repr__ = __str__

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": draw.journey(self.journey)._repr_html_()}


class Program(str):
    """El texto de un programa, que en una celda se muestra plegado."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        lines = units.count(len(self.splitlines()), "línea", "líneas")
        return f"<details><summary>El programa ({lines})</summary><pre>{escape(self)}</pre></details>"


@dataclass(frozen=True)
class LocalRegistry(distribution.Registry):
    """El registro del curso, que además sube y baja delante de quien mira."""

    @property
    def script(self) -> Program:
        """El programa del registro, para leerlo."""
        return Program(super().script)

    def push(self, image: str, name: str) -> Trip:
        """Sube una imagen del motor, como `docker tag` y `docker push`.

        Args:
            image: una imagen del motor.
            name: cómo se llamará en el registro: `equipo/app:v1`.

        Raises:
            NotFound: esa imagen no existe.
            TravelFailed: no llegó; se dice por qué.
        """
        target = self.reference(name)
        repository, _, tag = target.rpartition(":")
        connect().api.tag(image, repository, tag)
        return self._travel(f"docker push {target}", lambda client: distribution.push(client, target))

    def pull(self, name: str) -> Trip:
        """Trae una imagen del registro, como `docker pull`.

        Args:
            name: `equipo/app:v1` o `equipo/app@sha256:…`.

        Raises:
            TravelFailed: no llegó; se dice por qué.
        """
        source = self.reference(name)
        return self._travel(f"docker pull {source}", lambda client: distribution.pull(client, source))

    def remove(self) -> None:
        """Quita el registro y, del motor, los nombres que llevan a él."""
        super().remove()
        client = connect()
        for image in listed_images(client.api, {"reference": f"{self.address}/*/*"}):
            for name in (*(image["RepoTags"] or ()), *(image["RepoDigests"] or ())):
                if name.startswith(f"{self.address}/"):
                    with suppress(NotFound):  # quitar la última etiqueta de un repositorio quita sus digest
                        client.api.remove_image(name, noprune=True)

    def _travel(self, title: str, go: Callable[[docker.DockerClient], list[str]]) -> Trip:
        before = len(self.requests())
        with wire.listen(connection()[0], title) as talk:
            news = go(talk.client)
        return Trip(Journey(title, talk.conversation.exchanges, self.requests()[before:], tuple(news)))


def registry() -> LocalRegistry:
    """Pone en marcha un registro vacío en un contenedor del curso; el que hubiera se quita.

    Raises:
        EngineUnavailable: este motor no puede publicar un puerto en 127.0.0.1.
    """
    client = connect()
    name = owned.free_name(client, NAME)
    started = distribution.start(client, IMAGE, name, owned.LABELS)
    return LocalRegistry(started.container, started.address)
