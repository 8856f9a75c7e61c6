"""El dibujo de las redes y quién comparte red con quién, sin motor."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from muelle import draw
from muelle.model.network import HOST, Connected, Layout, Network, Plug, Published, apart

PATIO = Network("p" * 64, "patio", subnet="172.18.0.0/16", gateway="172.18.0.1")
HUERTO = Network("h" * 64, "huerto", subnet="172.19.0.0/16", internal=True)


def box(name: str, *networks: Network, **more: object) -> Connected:
    """Un contenedor en marcha, enchufado a esas redes."""
    plugs = tuple(Plug(each.id, f"10.0.0.{len(name)}") for each in networks)
    return Connected(f"id-{name}", name, more.pop("running", True), plugs, **more)  # type: ignore[arg-type]


def pairs(*containers: Connected) -> list[str]:
    return [f"{one.name} {other.name}" for one, other in apart(containers)]


def test_who_shares_no_network() -> None:
    web, ana, beto = box("web", PATIO), box("ana", PATIO), box("beto", HUERTO)
    assert pairs(web, ana, beto) == ["web beto", "ana beto"]
    assert pairs(web, box("caro", PATIO, HUERTO), beto) == ["web beto"]
    assert pairs(web, box("isla")) == ["web isla"]


def test_who_borrows_a_network_is_where_its_owner_is() -> None:
    web, ana = box("web", PATIO), box("ana", PATIO)
    assert pairs(web, box("pareja", borrows="web"), ana) == []
    assert pairs(web, box("pareja", borrows="web"), box("beto", HUERTO)) == ["web beto", "pareja beto"]
    assert pairs(box("ventana", borrows=HOST), box("isla")) == []


def test_who_is_stopped_is_nowhere() -> None:
    assert pairs(box("web", PATIO), box("parado", running=False)) == []


def test_it_says_what_it_draws() -> None:
    web = box("web", PATIO, published=(Published("127.0.0.1:8080", "80/tcp"),))
    caro = Connected("id-caro", "caro", True, (Plug(HUERTO.id, "172.19.0.2", ("tienda",)),))
    picture = draw.networks(Layout((PATIO, HUERTO), (web, caro, box("isla"), box("ido", running=False))))
    text = picture.plain()
    drawn = "".join(ET.fromstring(picture.svg()).itertext())
    for word in ("patio", "huerto", "172.18.0.0/16", "web", "caro", "172.19.0.2", "tienda", "127.0.0.1:8080"):
        assert word in text and word in drawn, word
    assert "el anfitrión no está en ella" in text
    assert "No comparten ninguna red: web y caro" in text and "✗" in drawn
    assert "isla: sin red" in text and "ido: no está en marcha" in text


def test_nothing_is_drawn_of_no_network() -> None:
    assert "sin red" in draw.networks(Layout((), (box("isla"),))).plain()
    assert "ningún contenedor" in draw.networks(Layout((PATIO,), ())).plain()


@pytest.mark.parametrize("name", ["<b>&\"'\\N", "x" * 300, "línea\notra", "\u202eoiretsim", "]"])
def test_hostile_names_do_no_harm(name: str) -> None:
    network = Network("r" * 64, name, subnet="172.20.0.0/16", gateway="172.20.0.1")
    plug = Plug(network.id, "172.20.0.2", (name,))
    picture = draw.networks(Layout((network,), (Connected("id", name, True, (plug,)),)))
    ET.fromstring(picture.svg())
    assert picture._repr_html_()


def test_many_containers_are_counted_and_not_all_drawn() -> None:
    crowd = tuple(box(f"vecino-{number}", PATIO) for number in range(40))
    picture = draw.networks(Layout((PATIO,), crowd))
    assert "24 contenedores más" in "".join(ET.fromstring(picture.svg()).itertext())
    assert "vecino-39" in picture.plain()
