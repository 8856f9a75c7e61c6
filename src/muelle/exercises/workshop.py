"""El taller de las averías: deja en el motor algo que no funciona, con la LABEL del curso en todo."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import APIError, NotFound
from docker.models.containers import Container

from muelle import base, builder
from muelle.errors import MuelleError
from muelle.faults.listing import image_names, listed_images
from muelle.owned import LABELS, free_name
from muelle.owned.images import remove_image

MARK = "muelle.averia"
"""La etiqueta de lo que puso una avería; la heredan los contenedores de sus imágenes."""


@dataclass(frozen=True)
class Stored:
    """Un archivo o una carpeta que se deja en un contenedor, o en lo que tenga montado.

    Args:
        text: el contenido; None es una carpeta.
        owner: número de usuario y de grupo.
        mode: permisos.
    """

    text: str | None
    owner: int = 0
    mode: int = 0o644


class Workshop:
    """Las herramientas que recibe un `averia.py` en su argumento `workshop`.

    Todo nombre que usa queda antes libre de lo que tuviera del curso; lo ajeno no se toca.

    Args:
        client: el motor.
        slug: la avería.
    """

    base = base.NAME

    def __init__(self, client: docker.DockerClient, slug: str) -> None:
        self.client = client
        self._filter = {"label": f"{MARK}={slug}"}
        self.labels = {**LABELS, MARK: slug}

    def clear(self) -> None:
        """Quita lo que dejaron la avería y sus reparaciones otras veces."""
        api = self.client.api
        for each in api.containers(all=True, filters=self._filter):
            with suppress(NotFound):
                api.remove_container(each["Id"], force=True, v=True)
        for each in api.volumes(filters=self._filter).get("Volumes") or ():
            with suppress(MuelleError):  # lo monta algo ajeno
                free_name(self.client, each["Name"])
        for each in api.networks(filters=self._filter):
            with suppress(MuelleError):  # en ella hay algo ajeno
                free_name(self.client, each["Name"])
        for each in listed_images(self.client.api, self._filter):
            for name in image_names(each) or [each["Id"]]:
                with suppress(APIError):
                    remove_image(self.client, name)

    def build(
        self,
        tag: str,
        dockerfile: str,
        files: Mapping[str, bytes | str | None] | None = None,
        platform: str = "",
    ) -> str:
        """Construye una imagen y devuelve su Id; si otra tenía ese nombre, se queda sin él.

        Args:
            platform: para qué plataforma (`linux/arm64`); "" es la del motor.
        """
        options: dict[str, Any] = {"labels": self.labels, "platform": platform}
        return builder.build(self.client, dockerfile, files, tag, **options).image_id

    def volume(self, name: str) -> str:
        """Crea un volumen vacío y devuelve su nombre."""
        self.client.volumes.create(free_name(self.client, name), labels=self.labels)
        return name

    def network(self, name: str) -> str:
        """Crea una red y devuelve su nombre."""
        self.client.networks.create(free_name(self.client, name), driver="bridge", labels=self.labels)
        return name

    def create(self, name: str, image: str, command: Any = None, **options: Any) -> Container:
        """Crea un contenedor, sin arrancarlo.

        Args:
            options: las de `client.containers.create`.
        """
        free = free_name(self.client, name)
        return self.client.containers.create(image, command, name=free, labels=self.labels, **options)

    def run(self, name: str, image: str, command: Any = None, **options: Any) -> Container:
        """Crea un contenedor y lo arranca en segundo plano."""
        container = self.create(name, image, command, **options)
        container.start()
        return container

    def store(self, container: Container, things: Mapping[str, Stored]) -> None:
        """Deja archivos en un contenedor; lo montado en él se ve como desde dentro.

        Args:
            things: por ruta relativa a la raíz, lo que se deja.

        Raises:
            ValueError: tiene algo montado y no está en marcha: Podman los dejaría debajo de lo montado.
        """
        container.reload()
        if container.attrs["Mounts"] and container.status != "running":
            raise ValueError(f"«{container.name}» tiene algo montado: arráncalo antes de dejar nada en él.")
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            for path, thing in things.items():
                info = tarfile.TarInfo(path)
                info.uid = info.gid = thing.owner
                info.mode = thing.mode
                data = (thing.text or "").encode()
                info.size = len(data)
                info.type = tarfile.DIRTYPE if thing.text is None else tarfile.REGTYPE
                archive.addfile(info, io.BytesIO(data))
        container.put_archive("/", buffer.getvalue())
