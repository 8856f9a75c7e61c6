"""El banco de trabajo de una comprobación: construye, ejecuta, espera, y lo recoge todo al acabar."""

from __future__ import annotations

import datetime
import re
import secrets
import time
from collections.abc import Mapping
from typing import Any

from docker.errors import APIError
from docker.models.containers import Container

from muelle import base, distribution
from muelle.builder.built import context_tar
from muelle.builder.run import Endless, run
from muelle.builder.steps import LOST_STEPS, StepReader, made, misses_a_step
from muelle.distribution import Registry
from muelle.faults import said

from .look import TALKATIVE, Look
from .result import AnswerError, DeadlineError


class Bench(Look):
    """Las herramientas que recibe un `check.py` en su argumento `bench`.

    Args:
        client: el motor.
        slug: el ejercicio, para la LABEL `muelle.comprobacion`.
        seconds: plazo de toda la comprobación, en un motor rápido; se alarga en uno lento.
    """

    base = base.NAME

    def build(self, dockerfile: str, files: Mapping[str, bytes | str | None] | None = None) -> str:
        """Construye una imagen que se borrará al acabar.

        Args:
            files: contenido del contexto, por ruta relativa; con su `.dockerignore`, si lo hay.

        Returns:
            La etiqueta con la que quedó.

        Raises:
            AnswerError: si el motor no puede construirlo; con lo que dijo.
            DeadlineError: si no acabó dentro del plazo.
        """
        for _ in range(LOST_STEPS):
            tag, problem = self._build(dockerfile, files or {})
            if not problem:
                return tag
            if not misses_a_step(problem):
                break
        raise AnswerError(f"Tu Dockerfile no se construye. El motor dijo: «{problem}».")

    def _build(self, dockerfile: str, files: Mapping[str, bytes | str | None]) -> tuple[str, str]:
        """Construye una vez.

        Returns:
            La etiqueta, y lo que dijo el motor si no pudo; "" si pudo.
        """
        tag = f"muelle/prueba:{secrets.token_hex(6)}"
        context, _ = context_tar(dockerfile, files)
        reader = StepReader()
        try:
            run(
                self._client,
                context,
                reader.read,
                tag=tag,
                labels=self._labels,
                seconds=self._end - time.monotonic(),
            )
        except Endless as error:
            raise DeadlineError("La construcción de tu Dockerfile no acabó a tiempo.") from error
        except APIError as error:
            raise AnswerError(f"El motor no entiende tu Dockerfile: «{said(error)}».") from error
        finally:
            self._images.append(tag)
            self._intermediate += made(reader.finish())
        return tag, (reader.error or "").strip()

    def fails(self, dockerfile: str, files: Mapping[str, bytes | str | None]) -> bool:
        """Si el motor rechaza un Dockerfile."""
        try:
            self.build(dockerfile, files)
        except AnswerError:
            return True
        return False

    def create(self, image: str, command: Any = None, **options: Any) -> Container:
        """Crea un contenedor, sin arrancarlo, que se borrará al acabar.

        Args:
            options: las de `client.containers.create`.

        Raises:
            AnswerError: si el motor no quiere crearlo; con lo que dijo.
        """
        name = f"muelle-comprobacion-{secrets.token_hex(6)}"
        self._containers.append(name)
        try:
            return self._client.containers.create(image, command, name=name, labels=self._labels, **options)
        except APIError as error:
            raise AnswerError(f"El contenedor no se crea: «{said(error)}».") from error

    def run(self, image: str, command: Any = None, **options: Any) -> Container:
        """Crea un contenedor y lo arranca en segundo plano; se borrará al acabar.

        Raises:
            AnswerError: si el motor no puede crearlo o arrancarlo; con lo que dijo.
        """
        container = self.create(image, command, **options)
        try:
            container.start()
        except APIError as error:
            raise AnswerError(f"El contenedor no arranca: «{said(error)}».") from error
        return container

    def twin(self, container: Container, **options: Any) -> Container:
        """Arranca otro contenedor igual, sin lo que se haya hecho a mano dentro del primero ni sus datos.

        Args:
            options: lo que cambia, como en `client.containers.create`.

        Raises:
            AnswerError: si el motor no puede crearlo o arrancarlo; con lo que dijo.
        """
        container.reload()
        config, host = container.attrs["Config"], container.attrs["HostConfig"]
        same = {
            "entrypoint": config.get("Entrypoint"),
            "environment": config.get("Env"),
            "user": config.get("User"),
            "stop_signal": config.get("StopSignal"),
            "init": host.get("Init"),
        }
        return self.run(container.attrs["Image"], config.get("Cmd"), **{**same, **options})

    def exit_code(self, container: Container, seconds: float = 10) -> int:
        """Espera a que un contenedor termine.

        Returns:
            Su código de salida.

        Raises:
            DeadlineError: si sigue en marcha pasado el plazo.
        """
        if not self.wait(lambda: self.status(container) in ("exited", "stopped"), seconds):
            raise DeadlineError("El contenedor sigue en marcha: la comprobación esperaba que terminara solo.")
        return int(container.attrs["State"]["ExitCode"])

    def stop(self, container: Container, seconds: int) -> float:
        """Pide a un contenedor que pare y, si no lo hace en ese plazo, lo mata.

        Returns:
            Los segundos que tardó en parar, con el reloj del motor: lo que tarde él en responder no cuenta.
        """
        asked = _instant(self._client.info()["SystemTime"])
        container.stop(timeout=seconds)
        container.reload()
        return _instant(container.attrs["State"]["FinishedAt"]) - asked

    def output(self, image: str, command: Any = None, **options: Any) -> str:
        """Lo que escribe un contenedor que termina solo.

        Raises:
            AnswerError, DeadlineError: véanse `run` y `exit_code`.
        """
        container = self.run(image, command, **options)
        self.exit_code(container)
        said = container.logs(stream=True, follow=False)
        return self._bounded(said, TALKATIVE).decode(errors="replace")

    def new_volume(self) -> str:
        """Crea un volumen vacío, que se borrará al acabar.

        Returns:
            Su nombre.
        """
        name = f"muelle-comprobacion-{secrets.token_hex(6)}"
        self._volumes.append(name)
        self._client.volumes.create(name, labels=self._labels)
        return name

    def network(self) -> str:
        """Crea una red que se quitará al acabar y devuelve su nombre."""
        name = f"muelle-comprobacion-{secrets.token_hex(6)}"
        self._networks.append(name)
        self._client.networks.create(name, driver="bridge", labels=self._labels)
        return name

    def plug(self, network: str, container: Container) -> None:
        """Enchufa un contenedor a una red más."""
        self._client.networks.get(network).connect(container)

    def registry(self) -> Registry:
        """Un registro vacío en marcha, que se quitará al acabar.

        Raises:
            EngineUnavailable: este motor no puede publicar un puerto.
        """
        name = f"muelle-comprobacion-{secrets.token_hex(6)}"
        self._containers.append(name)
        return distribution.start(self._client, self.base, name, self._labels)

    def push(self, registry: Registry, image: str, name: str) -> None:
        """Sube una imagen a un registro con el nombre que se dé (`equipo/app:v1`)."""
        reference = registry.reference(name)
        self._client.api.tag(image, *reference.rsplit(":", 1))
        self._images.append(reference)
        distribution.push(self._client, reference)

    def pull(self, registry: Registry, name: str) -> str:
        """Trae una imagen de un registro.

        Returns:
            "" si llegó; si no, por qué no.
        """
        reference = registry.reference(name)
        try:
            distribution.pull(self._client, reference)
        except distribution.TravelFailed as error:
            return str(error)
        self._images.append(reference)
        return ""

    def keep_tag(self, tag: str) -> None:
        """Apunta una imagen ya creada para retirarla al acabar."""
        self._images.append(tag)


def _instant(text: str) -> float:
    """Los segundos de una fecha de la API, como `2026-03-01T10:00:00.123456789Z` (RFC 3339)."""
    date, fraction, zone = re.fullmatch(r"([^.Z+]+?)(\.\d+)?(Z|[+-]\d\d:\d\d)", text).groups()  # type: ignore[union-attr]
    moment = datetime.datetime.fromisoformat(date + ("+00:00" if zone == "Z" else zone))
    return moment.timestamp() + float(fraction or 0)
