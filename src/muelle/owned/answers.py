"""Listar lo que hay en un motor mientras otros lo cambian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import docker
from docker.errors import NotFound


def listed_images(
    client: docker.DockerClient, filters: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """La lista de imágenes; otra vez si alguien borró una mientras tanto.

    Con el almacén de containerd (Docker 28), esa imagen hace fallar la lista entera con un 404.
    """
    try:
        return list(client.api.images(filters=filters))
    except NotFound:
        return list(client.api.images(filters=filters))
