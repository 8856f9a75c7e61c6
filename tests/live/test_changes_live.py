"""Lo poco que se cambia de un contenedor que ya existe."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest
from docker.errors import APIError
from docker.models.containers import Container

from muelle.owned import LABELS, free_name
from told import is_podman

pytestmark = pytest.mark.live

NAME, RENAMED, NETWORK = "muelle-cambia", "muelle-cambiado", "muelle-cambia-red"
SAVED = "muelle/prueba-cambia"
MEBIBYTE = 1024 * 1024


@pytest.fixture
def container(engine_client: docker.DockerClient) -> Iterator[Container]:
    """Un contenedor en marcha, creado con 64 MiB como mucho donde el motor sabe poner límites."""
    free_name(engine_client, RENAMED)
    limited = {"mem_limit": 64 * MEBIBYTE} if engine_client.info()["MemoryLimit"] else {}
    yield engine_client.containers.run(
        "muelle/base",
        ["sleep", "300"],
        name=free_name(engine_client, NAME),
        detach=True,
        labels=LABELS,
        **limited,
    )
    for name in (NAME, RENAMED, NETWORK, SAVED):
        free_name(engine_client, name)


def test_a_few_things_change_later(engine_client: docker.DockerClient, container: Container) -> None:
    """Nombre, redes, política de reinicio y límites: de un contenedor en marcha, sin crear otro."""
    # comprueba: se-cambia-despues
    born = container.id
    container.rename(RENAMED)
    network = engine_client.networks.create(free_name(engine_client, NETWORK), internal=True, labels=LABELS)
    network.connect(container)
    changes = {"restart_policy": {"Name": "on-failure"}}
    if engine_client.info()["MemoryLimit"]:
        changes |= {"mem_limit": 32 * MEBIBYTE, "memswap_limit": 32 * MEBIBYTE}
    updated = update(container, changes)
    container.reload()
    assert (container.id, container.name, container.status) == (born, RENAMED, "running")
    assert NETWORK in container.attrs["NetworkSettings"]["Networks"]
    if updated:
        host = container.attrs["HostConfig"]
        assert host["RestartPolicy"]["Name"] == "on-failure"
        assert host["Memory"] == changes.get("mem_limit", 0)


@pytest.mark.parametrize("pause", [True, False])
def test_a_commit_pauses(engine_client: docker.DockerClient, container: Container, pause: bool) -> None:
    """Docker copia la capa con el contenedor en pausa, si no se dice que no; Podman no cuenta que lo haga."""
    # comprueba: commit-pone-en-pausa
    events = engine_client.api.events(decode=True, filters={"container": container.id})
    container.commit(SAVED, pause=pause)
    container.kill()
    heard: list[str] = []
    while "die" not in heard:
        heard.append(next(events)["Action"])
    events.close()
    paused = pause and not is_podman(engine_client)
    assert [action for action in heard if "pause" in action] == (["pause", "unpause"] if paused else [])


def update(container: Container, changes: dict[str, object]) -> bool:
    """Si el motor sabe cambiarlo por su API. Un Docker siempre sabe; un Podman, según cuál."""
    try:
        container.update(**changes)
    except APIError:
        assert container.client
        assert is_podman(container.client)
        return False
    return True
