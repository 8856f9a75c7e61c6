"""Listar lo que hay en un motor mientras otros lo cambian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import docker
from docker.errors import APIError, NotFound


def listed_images(
    client: docker.DockerClient, filters: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """La lista de imágenes; otra vez si alguien borró una mientras tanto.

    Esa imagen hace fallar la lista entera: con el almacén de containerd (Docker 28), con un 404; con
    Podman 4, con un 500 que dice «image not known».
    """
    try:
        return list(client.api.images(filters=filters))
    except APIError as error:
        if not isinstance(error, NotFound) and "image not known" not in str(error):
            raise
        return list(client.api.images(filters=filters))
