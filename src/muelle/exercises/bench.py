"""El banco de trabajo de una comprobación: construye, ejecuta, espera, y lo recoge todo al acabar.

Todo lo que crea lleva la etiqueta `muelle=1` y un nombre libre; al salir del `with` no queda nada.
"""

from __future__ import annotations

import contextlib
import io
import re
import secrets
import tarfile
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, TypeVar

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from muelle import base
from muelle.owned import LABELS
from muelle.owned.build import context_tar
from muelle.owned.steps import StepReader, made

from .layers import files
from .result import AnswerError, DeadlineError

T = TypeVar("T")

_KNOWN: dict[tuple[str, str], Any] = {}
"""Lo que ya se sabe de cada motor, mientras viva este proceso."""

LOST_STEPS = 4
"""Veces que se intenta construir si el motor pierde un paso intermedio."""

_LOST_STEP = re.compile(
    r"(unable to find image|[Nn]o such image:?) .?sha256:|imagedb/content/sha256/\w+: no such file"
)
"""Con varias construcciones a la vez, el motor puede borrar un paso del que parte otra (20.10 y 28)."""

MOST_OUTPUT = 1_000_000
"""Caracteres que puede escribir una construcción: más es un bucle."""


class Bench:
    """Las herramientas que recibe un `check.py` en su argumento `bench`.

    Args:
        client: el motor.
        slug: el ejercicio, para la etiqueta `muelle.comprobacion`.
        seconds: plazo de toda la comprobación, en un motor rápido; se alarga en uno lento.
    """

    base = base.NAME

    def __init__(self, client: docker.DockerClient, slug: str, seconds: float = 60) -> None:
        self._client = client
        self._labels = {**LABELS, "muelle.comprobacion": slug}
        self._containers: list[str] = []
        self._images: list[str] = []
        self._intermediate: list[str] = []
        started = time.monotonic()
        client.ping()
        self.slowness = min(10.0, max(1.0, (time.monotonic() - started) / 0.05))
        self._end = started + seconds * self.slowness

    def __enter__(self) -> Bench:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for name in self._containers:
            with contextlib.suppress(APIError, OSError):
                self._client.api.remove_container(name, force=True, v=True)
        for tag in reversed(self._images):
            with contextlib.suppress(APIError, OSError):
                self._client.api.remove_image(tag, force=True)
        for identifier in reversed(self._intermediate):
            self._drop_intermediate(identifier)

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
            if not _LOST_STEP.search(problem):
                break
        raise AnswerError(f"Tu Dockerfile no se construye. El motor dijo: «{problem}».")

    def _build(self, dockerfile: str, files: Mapping[str, bytes | str | None]) -> tuple[str, str]:
        """Construye una vez.

        Returns:
            La etiqueta, y lo que dijo el motor si no pudo; "" si pudo.
        """
        tag = f"muelle/prueba:{secrets.token_hex(6)}"
        context, _ = context_tar(dockerfile, files)
        reader, written = StepReader(), 0
        try:
            stream = self._client.api.build(
                fileobj=io.BytesIO(context),
                custom_context=True,
                tag=tag,
                rm=True,
                forcerm=True,
                labels=self._labels,
                decode=True,
                timeout=max(1.0, self._end - time.monotonic()),
            )
            for message in stream:
                reader.read(message)
                written += len(message.get("stream", ""))
                if time.monotonic() > self._end or written > MOST_OUTPUT:
                    raise DeadlineError("La construcción de tu Dockerfile no acabó a tiempo.")
        except APIError as error:
            raise AnswerError(
                f"El motor no entiende tu Dockerfile: «{error.explanation or error}»."
            ) from error
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

    def _drop_intermediate(self, identifier: str) -> None:
        with contextlib.suppress(APIError, OSError):
            if not self._client.api.inspect_image(identifier).get("RepoTags"):
                self._client.api.remove_image(identifier)

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
            raise AnswerError(f"El contenedor no se crea: «{error.explanation or error}».") from error

    def run(self, image: str, command: Any = None, **options: Any) -> Container:
        """Crea un contenedor y lo arranca en segundo plano; se borrará al acabar.

        Raises:
            AnswerError: si el motor no puede crearlo o arrancarlo; con lo que dijo.
        """
        container = self.create(image, command, **options)
        try:
            container.start()
        except APIError as error:
            raise AnswerError(f"El contenedor no arranca: «{error.explanation or error}».") from error
        return container

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
            Los segundos que tardó en parar.
        """
        started = time.monotonic()
        container.stop(timeout=seconds)
        lasted = time.monotonic() - started
        container.reload()
        return lasted

    def status(self, container: Container) -> str:
        """El estado de ahora mismo: `created`, `running`, `exited`…"""
        container.reload()
        return str(container.attrs["State"]["Status"])

    def execute(self, container: Container, command: list[str]) -> tuple[int, str]:
        """Ejecuta una orden dentro de un contenedor en marcha.

        Returns:
            El código de salida y lo que escribió; (-1, "") si el contenedor no está en marcha.
        """
        try:
            code, output = container.exec_run(command)
        except APIError:
            return -1, ""
        return int(code), str(output.decode(errors="replace"))

    def output(self, image: str, command: Any = None, **options: Any) -> str:
        """Lo que escribe un contenedor que termina solo.

        Raises:
            AnswerError, DeadlineError: véanse `run` y `exit_code`.
        """
        container = self.run(image, command, **options)
        self.exit_code(container)
        return str(container.logs().decode(errors="replace"))

    def read(self, container: Container, path: str) -> str | None:
        """El contenido de un archivo de un contenedor, o None si no existe o no es un archivo."""
        try:
            stream, _ = container.get_archive(path)
        except NotFound:
            return None
        with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
            member = archive.next()
            content = archive.extractfile(member) if member and member.isfile() else None
            return content.read().decode(errors="replace") if content else None

    def container(self, name: str) -> Container | None:
        """El contenedor del estudiante con ese nombre, o None."""
        try:
            return self._client.containers.get(name)
        except NotFound:
            return None

    def layers(self, image: str) -> list[str]:
        """Los DiffID de una imagen, de abajo arriba."""
        return list(self._client.api.inspect_image(image)["RootFS"].get("Layers") or [])

    def image_id(self, name: str) -> str | None:
        """El Id de la imagen que tiene ahora ese nombre o Id, o None si no la hay."""
        try:
            return str(self._client.api.inspect_image(name)["Id"])
        except NotFound:
            return None

    def layer_files(self, image: str) -> list[dict[str, bytes]]:
        """Lo que lleva el tar de cada capa, por ruta, de abajo arriba, leído de `docker save`."""
        return files(self._client.api.get_image(image))

    def keep_tag(self, tag: str) -> None:
        """Apunta una imagen ya creada para retirarla al acabar."""
        self._images.append(tag)
