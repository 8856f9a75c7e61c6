"""De quién viene el proceso de un contenedor, en un motor de verdad."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

import muelle
from muelle import base, owned
from muelle.errors import MuelleError, NotFound
from muelle.sources.ancestry import ancestry

pytestmark = pytest.mark.live

NAME = "muelle-prueba-antepasados"


def waiting(client: docker.DockerClient) -> docker.models.containers.Container:
    """Un contenedor que espera."""
    name = owned.free_name(client, NAME)
    return client.containers.run(base.NAME, ["sleep", "600"], name=name, labels=owned.LABELS, detach=True)


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    client = muelle.connect()
    yield client
    owned.free_name(client, NAME)


def test_the_keeper_is_the_father_of_the_process(client: docker.DockerClient) -> None:
    box = waiting(client)
    box.reload()
    mark = {"muelle.prueba": "antepasados"}
    found = ancestry(client, NAME, base.NAME, {**owned.LABELS, **mark})
    assert (found.name, found.command, found.pid) == (NAME, "sleep 600", box.attrs["State"]["Pid"])
    assert found.keeper is None or found.keeper.arguments
    assert client.api.containers(all=True, filters={"label": "muelle.prueba=antepasados"}) == []
    assert NAME in muelle.ancestry(NAME).plain()


def test_who_has_no_process_is_told_so(client: docker.DockerClient) -> None:
    waiting(client).kill()
    with pytest.raises(MuelleError, match=f"no está en marcha.*docker start {NAME}"):
        muelle.ancestry(NAME)
    for name in ("muelle-no-existe", "../a b", ""):
        with pytest.raises(NotFound):
            muelle.ancestry(name)
