"""Los anillos de un contenedor de verdad."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest

import muelle
from muelle import base, owned
from muelle.errors import MuelleError, NotFound
from muelle.model.rings import capabilities
from muelle.sources.rings import rings

pytestmark = pytest.mark.live

NAME = "muelle-prueba-anillos"


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    client = muelle.connect()
    owned.free_name(client, NAME)
    yield client
    owned.free_name(client, NAME)


def test_what_was_asked_for_is_what_is_read(client: docker.DockerClient) -> None:
    """También de una imagen sin `cat`: se mira desde otro contenedor, que se va."""
    client.containers.run(
        base.NAME,
        ["sleep", "600"],
        name=NAME,
        labels=owned.LABELS,
        detach=True,
        user="1000",
        cap_drop=["ALL"],
        read_only=True,
        security_opt=["no-new-privileges"],
    )
    found = rings(client, NAME, base.NAME, {**owned.LABELS, "muelle.prueba": "anillos"})
    assert (found.name, found.command, found.user, found.held) == (NAME, "sleep 600", 1000, ())
    assert found.sealed and found.read_only and found.filtered
    assert found.known > 30 and found.outside is not None
    assert client.api.containers(all=True, filters={"label": "muelle.prueba=anillos"}) == []
    assert NAME in muelle.rings(NAME).plain()


def test_each_power_has_the_name_that_the_engine_gives_it(client: docker.DockerClient) -> None:
    """Quitadas todas menos una, con su nombre, la máscara del núcleo se lee con ese mismo nombre."""
    usual = ("CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "SETGID", "SETUID", "SETFCAP", "SETPCAP", "KILL")
    for name in (*usual, "NET_BIND_SERVICE", "SYS_CHROOT"):
        said = client.containers.run(
            base.NAME,
            ["grep", "CapEff", "/proc/self/status"],
            cap_drop=["ALL"],
            cap_add=[name],
            labels=owned.LABELS,
            remove=True,
        )
        assert capabilities(said.decode().split()[1]) == (name,)


def test_who_has_no_process_is_told_so(client: docker.DockerClient) -> None:
    client.containers.create(base.NAME, ["sleep", "600"], name=NAME, labels=owned.LABELS)
    with pytest.raises(MuelleError, match=f"no está en marcha.*docker start {NAME}"):
        muelle.rings(NAME)
    for names in (("muelle-no-existe",), ("../a b",), ()):
        with pytest.raises(NotFound):
            muelle.rings(*names)
