"""Lo que una comprobación pregunta al motor: mirar, sin crear nada."""

from __future__ import annotations

import io
import tarfile

from docker.errors import APIError, NotFound
from docker.models.containers import Container

from muelle.sources.saved import files

from .result import AnswerError
from .tidy import Tidy

MOST_IMAGE = 128 * 1024 * 1024
"""Bytes de una imagen que se lee entera."""

KNOCKS = 6
"""Veces que se llama a un servicio que rechaza."""

TALKATIVE = "Tu contenedor escribe demasiado: más de un millón de caracteres."


class Look(Tidy):
    """Las preguntas de un banco de trabajo."""

    def status(self, container: Container) -> str:
        """El estado de ahora mismo: `created`, `running`, `exited`…"""
        container.reload()
        return str(container.attrs["State"]["Status"])

    def published(self, container: Container) -> dict[str, list[str]]:
        """Los puertos que publica un contenedor en marcha, también los de `-P`.

        Los que solo apunta `EXPOSE` salen en la respuesta del motor sin dirección, y no cuentan.

        Returns:
            De cada puerto (`80/tcp`), las direcciones en las que atiende; "todas" si no la dice.
        """
        container.reload()
        ports = container.attrs["NetworkSettings"].get("Ports") or {}
        return {port: [each.get("HostIp") or "todas" for each in at] for port, at in ports.items() if at}

    def execute(self, container: Container, command: list[str]) -> tuple[int, str]:
        """Ejecuta una orden dentro de un contenedor en marcha.

        Returns:
            El código de salida y lo que escribió; (-1, "") si el contenedor no está en marcha.
        """
        try:
            order = self._client.api.exec_create(container.id, command)["Id"]
            output = self._bounded(self._client.api.exec_start(order, stream=True), TALKATIVE)
            code = self._client.api.exec_inspect(order)["ExitCode"]
        except APIError:
            return -1, ""
        return int(code if code is not None else -1), output.decode(errors="replace")

    def read(self, container: Container, path: str) -> str | None:
        """El contenido de un archivo de un contenedor, o None si no existe o no es un archivo.

        Raises:
            AnswerError: si pesa demasiado.
        """
        try:
            stream, _ = container.get_archive(path)
        except NotFound:
            return None
        data = self._bounded(stream, f"El archivo «{path}» pesa demasiado para esta comprobación.")
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            member = archive.next()
            content = archive.extractfile(member) if member and member.isfile() else None
            return content.read().decode(errors="replace") if content else None

    def container(self, name: str) -> Container | None:
        """El contenedor del estudiante con ese nombre, o None."""
        try:
            return self._client.containers.get(name)
        except NotFound:
            return None

    def volume_labels(self, name: str) -> dict[str, str] | None:
        """Las etiquetas del volumen del estudiante con ese nombre, o None si no existe."""
        try:
            return dict(self._client.api.inspect_volume(name).get("Labels") or {})
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
        heavy = "Tu imagen pesa demasiado para esta comprobación."
        data = self._bounded(self._client.api.get_image(image), heavy, MOST_IMAGE)
        try:
            return files([data])
        except ValueError as error:
            raise AnswerError(heavy) from error

    def address(self, container: Container) -> str:
        """Su dirección en la primera red en la que tenga una; "" si en ninguna."""
        container.reload()
        plugs = container.attrs["NetworkSettings"].get("Networks") or {}
        return next((each["IPAddress"] for each in plugs.values() if each.get("IPAddress")), "")

    def reaches(self, container: Container, where: str, seconds: int | None = None) -> bool:
        """Si un contenedor recibe la página de `http://WHERE/`.

        A quien rechaza se le llama unas veces más, por si su servicio está empezando; quien calla no está.

        Args:
            where: nombre o dirección, y puerto si no es el 80.
            seconds: lo que se espera una respuesta; si no se dice, más en un motor lento.
        """
        patience = seconds or round(3 * self.slowness)
        order = ["timeout", str(patience), "wget", "-q", "-O", "/dev/null", f"http://{where}/"]
        for _ in range(KNOCKS):
            code, said = self.execute(container, order)
            if code == 0 or "refused" not in said:
                return code == 0
            self.pause(0.1)
        return False
