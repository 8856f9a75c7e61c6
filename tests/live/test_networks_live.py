"""Las redes del motor: leerlas, quitarlas sin tocar lo ajeno y llegar por donde se dice."""

from __future__ import annotations

from collections.abc import Iterator

import docker
import pytest
from docker.models.containers import Container
from docker.models.networks import Network

from muelle import base, owned
from muelle.errors import NameTaken, NotFound
from muelle.model.network import apart
from muelle.sources import networks

pytestmark = pytest.mark.live

PATIO, HUERTO = "muelle-prueba-patio", "muelle-prueba-huerto"
WEB, ANA, BETO, ISLA = (f"muelle-prueba-{name}" for name in ("web", "ana", "beto", "isla"))
FOREIGN = "ajeno-de-las-redes"


@pytest.fixture(scope="module")
def client() -> Iterator[docker.DockerClient]:
    from muelle import engine

    client = engine.connect()
    base.ensure(client)
    yield client


def network(client: docker.DockerClient, name: str) -> Network:
    return client.networks.create(owned.free_name(client, name), driver="bridge", labels=owned.LABELS)


def run(client: docker.DockerClient, name: str, **options: object) -> Container:
    options = {"labels": owned.LABELS, **options}
    return client.containers.run(base.NAME, ["servir"], name=name, detach=True, **options)


@pytest.fixture
def town(client: docker.DockerClient) -> Iterator[dict[str, Container]]:
    """Web y Ana en el patio, Beto en el huerto y la isla en ninguna parte."""
    names = (WEB, ANA, BETO, ISLA, PATIO, HUERTO)
    for name in names:
        owned.free_name(client, name)
    for name in (PATIO, HUERTO):
        network(client, name)
    door = {"80/tcp": ("127.0.0.1", None)}
    yield {
        "web": run(client, WEB, network=PATIO, ports=door),
        "ana": run(client, ANA, network=PATIO),
        "beto": run(client, BETO, network=HUERTO),
        "isla": run(client, ISLA, network_mode="none"),
    }
    for name in names:
        owned.free_name(client, name)


def test_what_the_engine_says_is_what_is_seen_inside(
    client: docker.DockerClient, town: dict[str, Container]
) -> None:
    client.networks.get(HUERTO).connect(town["ana"], aliases=["vecina"])
    layout = networks.layout(client, [PATIO, HUERTO, ISLA])
    assert [each.name for each in layout.networks] == [PATIO, HUERTO]
    found = {each.name: each for each in layout.containers}
    assert set(found) == {WEB, ANA, BETO, ISLA}
    for each in town.values():
        inside = each.exec_run(["ip", "-o", "-4", "addr"]).output.decode()
        addresses = [plug.address for plug in found[each.name].plugs]
        assert all(f" {address}/" in inside for address in addresses)
        assert inside.count("inet ") == len(addresses) + 1, "las suyas y lo"
    for each in layout.networks:
        route = town["web" if each.name == PATIO else "beto"].exec_run(["ip", "route"]).output.decode()
        assert f"{each.subnet} dev" in route
    assert "vecina" in {alias for plug in found[ANA].plugs for alias in plug.aliases}
    assert found[WEB].published[0].host.startswith("127.0.0.1:")
    assert {(one.name, other.name) for one, other in apart(layout.containers)} >= {(WEB, BETO)}


def test_a_container_brings_its_networks(client: docker.DockerClient, town: dict[str, Container]) -> None:
    assert town
    layout = networks.layout(client, [BETO])
    assert [each.name for each in layout.networks] == [HUERTO]
    borrower = run(client, f"{BETO}-pareja", network_mode=f"container:{BETO}")
    try:
        both = {each.name: each for each in networks.layout(client, [BETO, borrower.name]).containers}
        assert both[str(borrower.name)].borrows == BETO
        assert not both[str(borrower.name)].plugs
    finally:
        borrower.remove(force=True)


def test_what_does_not_exist_is_said(client: docker.DockerClient) -> None:
    with pytest.raises(NotFound, match="no-hay-tal-cosa"):
        networks.layout(client, ["no-hay-tal-cosa"])


def test_a_network_in_use_is_freed(client: docker.DockerClient, town: dict[str, Container]) -> None:
    """Una celda que crea la red se puede repetir con los contenedores del curso aún en ella."""
    assert owned.free_name(client, PATIO) == PATIO
    assert client.networks.list(names=[PATIO]) == []
    town["web"].reload()
    assert town["web"].status == "running"


def test_a_network_with_a_foreign_container_stays(client: docker.DockerClient) -> None:
    name = network(client, f"{PATIO}-ajeno").name
    foreign = run(client, FOREIGN, network=name, labels={})
    try:
        with pytest.raises(NameTaken, match=FOREIGN):
            owned.free_name(client, str(name))
        foreign.reload()
        assert name in foreign.attrs["NetworkSettings"]["Networks"]
    finally:
        foreign.remove(force=True)
        owned.free_name(client, str(name))


def test_a_plug_without_its_container_is_passed_over(
    client: docker.DockerClient, town: dict[str, Container], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Se va entre que se mira la red y se le mira a él."""
    inspect = client.api.inspect_container
    gone = town["ana"].id

    def late(identifier: str) -> object:
        if identifier == gone:
            client.api.remove_container(gone, force=True)
        return inspect(identifier)

    monkeypatch.setattr(client.api, "inspect_container", late)
    assert [each.name for each in networks.layout(client, [PATIO]).containers] == [WEB]
