"""Lo que hay debajo de un banco de trabajo: se apunta lo que crea, se recoge al acabar y se espera con plazo.

Todo lo que crea lleva la LABEL `muelle=1` y un nombre libre; al salir del `with` no queda nada.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable
from functools import partial
from types import TracebackType
from typing import Any, TypeVar

import docker
from docker.errors import APIError, NotFound

from muelle.faults import IN_USE, said
from muelle.owned import LABELS
from muelle.pace import stretched

from .result import AnswerError, DeadlineError

T = TypeVar("T")

_KNOWN: dict[tuple[str, str], Any] = {}
"""Lo que ya se sabe de cada motor, mientras viva este proceso."""

MOST_OUTPUT = 1_000_000
"""Bytes que puede escribir un contenedor: más es un bucle."""

USUAL_ANSWER = 0.05
"""Segundos en los que un motor sin prisas responde a un `ping`."""

MOST_SLOWNESS = 10.0
"""Cuántas veces se alarga, como mucho, una pausa o una espera."""

MOST_PATIENCE = 3.0
"""Cuántas veces se alarga, como mucho, el plazo de una comprobación entera: una respuesta que no acaba nunca
no puede tener a nadie esperando media hora."""


class Tidy:
    """Un motor del que se recoge lo que se creó.

    Args:
        client: el motor.
        slug: el ejercicio, para la LABEL `muelle.comprobacion`.
        seconds: plazo de toda la comprobación, en un motor rápido; se alarga en uno lento.
    """

    def __init__(self, client: docker.DockerClient, slug: str, seconds: float = 60) -> None:
        self._client = client
        self._labels = {**LABELS, "muelle.comprobacion": slug}
        self._containers: list[str] = []
        self._volumes: list[str] = []
        self._networks: list[str] = []
        self._images: list[str] = []
        self._intermediate: list[str] = []
        started = time.monotonic()
        client.ping()
        answered = (time.monotonic() - started) / USUAL_ANSWER
        self.slowness = min(MOST_SLOWNESS, max(stretched(1.0), answered))
        self._end = started + seconds * min(self.slowness, MOST_PATIENCE)

    def __enter__(self: T) -> T:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        api = self._client.api
        for name in reversed(self._containers):  # Podman no quita uno en cuyos espacios hay otro
            self._remove(f"el contenedor {name}", partial(api.remove_container, name, force=True, v=True))
        for name in self._volumes:
            self._remove(f"el volumen {name}", partial(api.remove_volume, name))
        for name in self._networks:
            self._remove(f"la red {name}", partial(api.remove_network, name))
        for tag in reversed(self._images):
            self._remove(f"la imagen {tag}", partial(api.remove_image, tag))
        for identifier in reversed(self._intermediate):
            self._remove(f"la imagen {identifier}", partial(self._drop_intermediate, identifier))

    def _remove(self, what: str, remove: Callable[[], object]) -> None:
        """Quita algo; si no se deja, lo dice: quien corrige cree que no queda nada."""
        try:
            remove()
        except NotFound:
            pass  # no llegó a crearse, o ya lo quitó otro
        except (APIError, OSError) as error:
            warnings.warn(
                f"No se pudo quitar {what} ({said(error)}): escribe «./curso limpiar».", stacklevel=3
            )

    def _drop_intermediate(self, identifier: str) -> None:
        """Quita un paso de una construcción, si no lleva nombre ni lo usa ya otra imagen."""
        if self._client.api.inspect_image(identifier).get("RepoTags"):
            return
        try:
            self._client.api.remove_image(identifier)
        except APIError as error:
            if error.status_code != IN_USE:
                raise

    def pause(self, seconds: float) -> None:
        """Deja pasar un rato, mayor en un motor lento."""
        time.sleep(seconds * self.slowness)

    def wait(self, condition: Callable[[], T], seconds: float = 5) -> T:
        """Repite `condition` hasta que sea verdad o pase el plazo.

        Args:
            seconds: plazo en un motor rápido.

        Returns:
            Lo último que dio `condition`, sea verdad o no: la aserción es de quien llama.
        """
        end = time.monotonic() + seconds * self.slowness
        while not (value := condition()) and time.monotonic() < min(end, self._end):
            time.sleep(0.05)
        return value

    def once(self, question: str, ask: Callable[[], T]) -> T:
        """Lo que responde `ask`; si ya se le preguntó a este motor, lo que respondió.

        Solo para lo que no cambia mientras el motor sea el mismo, y cuesta averiguarlo.

        Args:
            question: qué se pregunta, con todo lo que influya en la respuesta.
        """
        key = (str(self._client.info()["ID"]), question)
        if key not in _KNOWN:
            _KNOWN[key] = ask()
        known: T = _KNOWN[key]
        return known

    def _bounded(self, chunks: Iterable[bytes], complaint: str, most: int = MOST_OUTPUT) -> bytes:
        """Lo que llega a trozos, sin dejar que llene la memoria de quien comprueba.

        Raises:
            AnswerError: si es demasiado; con `complaint`.
            DeadlineError: si no acaba a tiempo.
        """
        data = bytearray()
        for chunk in chunks:
            data += chunk
            if len(data) > most:
                raise AnswerError(complaint)
            if time.monotonic() > self._end:
                raise DeadlineError("La comprobación no acabó a tiempo.")
        return bytes(data)
