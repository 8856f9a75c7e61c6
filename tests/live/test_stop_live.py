"""El plazo de `docker stop`: lo que tarda de verdad si nadie dice otra cosa."""

from __future__ import annotations

import time
from collections.abc import Iterator

import docker
import pytest
from docker.models.containers import Container

from muelle.owned import LABELS, free_name

pytestmark = pytest.mark.live


@pytest.fixture
def deaf(engine_client: docker.DockerClient) -> Iterator[Container]:
    """Un contenedor en marcha que no atiende ninguna señal."""
    name = free_name(engine_client, "muelle-plazo")
    yield engine_client.containers.run("muelle/base", ["sleep", "300"], name=name, detach=True, labels=LABELS)
    free_name(engine_client, name)


def test_el_plazo_es_de_diez_segundos(engine_client: docker.DockerClient, deaf: Container) -> None:
    """Sin `timeout`, el motor espera diez segundos antes de matar al proceso.

    Podman anota el plazo en cada contenedor, y el 4 anota 0 a los que se crean por su API.
    """
    # comprueba: plazo-de-diez-segundos
    begin = time.monotonic()
    engine_client.api.stop(deaf.id)
    seconds = time.monotonic() - begin
    noted = deaf.attrs["Config"].get("StopTimeout")
    grace = 10 if noted is None else noted
    assert grace <= seconds < grace + 10
    assert grace in (0, 10)
    assert deaf.wait()["StatusCode"] == 137
