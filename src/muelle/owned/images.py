"""Quitar una imagen del curso con todo lo suyo: también los pasos intermedios del constructor clásico."""

from __future__ import annotations

from contextlib import suppress

import docker
from docker.errors import APIError, NotFound

from muelle.faults.listing import listed_images

from .marks import FILTER, is_marked


def _below(client: docker.DockerClient, reference: str) -> list[str]:
    """Las imágenes sin nombre sobre las que está hecha una, hasta la primera que lo tiene."""
    found: list[str] = []
    with suppress(NotFound):
        parent = client.api.inspect_image(reference).get("Parent")
        while parent:
            image = client.api.inspect_image(parent)
            if image.get("RepoTags"):
                break
            found.append(image["Id"])
            parent = image.get("Parent")
    return found


def remove_image(client: docker.DockerClient, reference: str) -> None:
    """Quita una imagen y lo que tenía debajo sin nombre, si nadie más lo usa.

    El motor ya quita los pasos intermedios, pero el almacén de containerd (Docker 28) deja a veces alguno.

    Args:
        reference: un nombre o un identificador.

    Raises:
        APIError: el motor no la quita (la usa un contenedor, o ya no existe).
    """
    below = _below(client, reference)
    client.api.remove_image(reference)
    for identifier in below:
        try:
            if not client.api.inspect_image(identifier).get("RepoTags"):
                client.api.remove_image(identifier, noprune=True)
        except NotFound:
            continue
        except APIError:  # de ella parte otra: las de más abajo también hacen falta
            return


def remove_replaced(client: docker.DockerClient) -> None:
    """Quita las imágenes del curso que perdieron su nombre al construir otra con él.

    Sin forzar: la que usa un contenedor, o de la que parte otra imagen, se queda.
    """
    for image in listed_images(client.api, {**FILTER, "dangling": "true"}):
        if is_marked(image.get("Labels")):
            with suppress(APIError):
                remove_image(client, image["Id"])
