"""Comprobaciones con programas de otros: no van en `./curso pruebas`, porque hay que tenerlos instalados.

apt-get install umoci skopeo buildah podman docker-registry
python -m pytest tests/peers
"""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

from muelle import engine


@pytest.fixture
def engine_client() -> Iterator[docker.DockerClient]:
    """Un cliente del motor que use el curso, con `muelle/base` ya cargada."""
    engine.connect()
    client = engine.find().client()
    yield client
    client.close()
