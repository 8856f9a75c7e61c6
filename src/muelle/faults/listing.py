"""Listar las imágenes de un motor mientras otros las cambian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docker.api import APIClient
from docker.errors import APIError, NotFound


def listed_images(
    api: APIClient, filters: Mapping[str, str] | None = None, *, every: bool = False
) -> list[dict[str, Any]]:
    """La lista de imágenes; otra vez si alguien borró una mientras tanto.

    Esa imagen hace fallar la lista entera: con el almacén de containerd (Docker 28), con un 404; con
    Podman 4, con un 500 que dice «image not known».

    Args:
        filters: como en `client.images.list`.
        every: también los pasos intermedios.
    """
    try:
        return list(api.images(all=every, filters=filters))
    except APIError as error:
        if not isinstance(error, NotFound) and "image not known" not in str(error):
            raise
        return list(api.images(all=every, filters=filters))


def image_names(image: Mapping[str, Any]) -> list[str]:
    """Los nombres de una imagen de la lista; ninguno si no tiene (Docker 20.10 dice `<none>:<none>`)."""
    return [tag for tag in image.get("RepoTags") or () if tag != "<none>:<none>"]
