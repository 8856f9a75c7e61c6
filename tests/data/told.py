"""Lo que un motor dice de sí mismo, para las pruebas que no esperan lo mismo de todos."""

from __future__ import annotations

import docker


def is_podman(client: docker.DockerClient) -> bool:
    """Si al otro lado hay un Podman."""
    return "Podman" in str(client.version()["Components"])
