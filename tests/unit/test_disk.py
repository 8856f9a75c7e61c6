"""El disco y los sitios: los sumandos dan el total, y el dibujo dice lo mismo que su texto."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muelle import draw
from muelle.model.disk import Disk, Held, HeldImage, Kind, disk
from muelle.model.mounts import FATE, Mounted, Mounts, Place
from muelle.sources.mounts import read

SVG = "{http://www.w3.org/2000/svg}"

sizes = st.integers(0, 10**9)
chains = st.lists(st.tuples(st.sampled_from("abcdef"), st.just(0)), max_size=4).map(
    lambda pairs: tuple((chain, 10 ** "abcdef".index(chain)) for chain, _ in dict(pairs).items())
)
images = st.lists(st.builds(HeldImage, st.text(max_size=5), st.none() | chains, st.booleans()), max_size=6)
things = st.lists(st.builds(Held, st.text(max_size=5), st.none() | sizes, st.booleans()), max_size=6)


def occupied(held: list[HeldImage]) -> int:
    """Los bytes de todas las capas, cada una una sola vez."""
    return sum(dict(pair for image in held for pair in image.layers or ()).values())


@given(images, things, things, st.lists(sizes, max_size=4), sizes, st.booleans())
def test_the_parts_of_every_group_add_up_to_its_total(
    held: list[HeldImage],
    containers: list[Held],
    volumes: list[Held],
    steps: list[int],
    extra: int,
    together: bool,
) -> None:
    inside = sum(each.size or 0 for each in containers) if together else 0
    told = occupied(held) + inside + extra
    found = disk(told, held, containers, volumes, steps, together=together)
    for group in found.groups:
        assert sum(part.bytes for part in group.parts) == group.total
    assert found.groups[0].total == told
    counted = 0 if together else sum(each.size or 0 for each in containers) + sum(steps)
    assert found.total == told + counted + sum(each.size or 0 for each in volumes)


@given(images, st.booleans())
def test_what_is_not_of_the_course_is_added_and_not_named(held: list[HeldImage], together: bool) -> None:
    named = [HeldImage(f"ajena-{number}", each.layers, each.ours) for number, each in enumerate(held)]
    text = draw.disk(disk(None, named, [], [], [], together=together)).plain()
    assert not any(re.search(rf"{each.name}\b", text) for each in named if not each.ours)


def test_a_total_smaller_than_its_layers_is_not_believed() -> None:
    """Podman 4.3 dice que todas sus capas ocupan 0 bytes."""
    web = HeldImage("web", (("a", 10), ("b", 5)))
    for told in (None, 14):
        group = disk(told, [web], [], [], [], together=False).groups[0]
        assert group.total is None and "no da un total" in group.note
        assert [part.bytes for part in group.parts] == [15]


def test_shared_layers_count_once_and_own_ones_by_image() -> None:
    base = ("base", 1000)
    held = [HeldImage("web", (base, ("web", 30))), HeldImage("otra", (base, ("otra", 7)))]
    parts = disk(1037, held, [], [], [], together=False).groups[0].parts
    assert [(part.kind, part.bytes) for part in parts] == [
        (Kind.IMAGE, 30),
        (Kind.IMAGE, 7),
        (Kind.SHARED, 1000),
    ]


def full() -> Disk:
    """Un motor con de todo, y más cosas de las que se dibujan."""
    return disk(
        2_000_123,
        [HeldImage(f"muelle/web:{number}", ((f"c{number}", 100_000 + number),)) for number in range(9)],
        [Held("muelle-ana", 12_345), Held("ajeno", 5, ours=False)],
        [Held("muelle-datos", 3_000_000, note="nadie lo usa"), Held("de-red", None)],
        [10, 20],
        together=True,
    )


def test_the_picture_and_the_text_say_the_same_bytes() -> None:
    diagram = draw.disk(full())
    picture = " ".join("".join(each.itertext()) for each in ET.fromstring(diagram.svg()).iter(f"{SVG}text"))
    figures = re.findall(r"\d[\d\u00a0]*\u00a0B", diagram.plain())
    assert len(figures) > 10
    assert [figure for figure in figures if figure not in picture.replace(" ", "\u00a0")] == [
        figure for figure in figures if figure in diagram.title
    ]
    for said in ("nadie lo usa", "… 5 más", "Sin medir: 1 volumen.", "1 contenedor más de este motor"):
        assert said in diagram.plain(), said


def test_the_drawn_parts_of_a_long_group_still_add_up() -> None:
    (first, *rest) = draw.disk(full()).text
    amounts = []
    for line in rest:
        if not line.startswith("  "):
            break
        amounts.append(int(re.sub(r"\D", "", line.rpartition(": ")[2].partition("(")[0])))
    assert sum(amounts) == int(re.sub(r"\D", "", first)) == 2_000_123


INSPECT = {
    "Name": "/muelle-ana",
    "HostConfig": {"Tmpfs": {"/rapido": "size=1m"}, "ReadonlyRootfs": True},
    "Mounts": [
        {"Type": "volume", "Name": "f" * 64, "Source": "/v/f/_data", "Destination": "/suelto", "RW": True},
        {"Type": "volume", "Name": "datos", "Source": "/v/d/_data", "Destination": "/datos", "RW": False},
        {"Type": "bind", "Source": "/casa/ana/web", "Destination": "/www", "RW": True},
        {"Type": "tmpfs", "Source": "", "Destination": "/mem", "RW": True},
    ],
}


def test_an_inspect_says_where_everything_goes() -> None:
    found = {each.path: each for each in read(INSPECT).places}
    assert {path: each.place for path, each in found.items()} == {
        "/": Place.LAYER,
        "/datos": Place.VOLUME,
        "/mem": Place.MEMORY,
        "/rapido": Place.MEMORY,
        "/suelto": Place.ANONYMOUS,
        "/www": Place.FOLDER,
    }
    assert [path for path, each in found.items() if each.read_only] == ["/", "/datos"]


def test_the_places_are_drawn_with_what_they_survive_and_without_the_path_of_the_machine() -> None:
    diagram = draw.mounts(read(INSPECT))
    picture = " ".join("".join(each.itertext()) for each in ET.fromstring(diagram.svg()).iter(f"{SVG}text"))
    for place in Place:
        assert place.value in picture and place.value in diagram.plain()
    assert "queda sin dueño" in picture and "…/ana/web" in picture
    assert "/casa" not in diagram.plain() + diagram.svg()


@pytest.mark.parametrize("text", ["]", "<b>&", "x" * 400, "שלום", "a\nb", ""])
def test_hostile_names_do_not_break_the_drawings(text: str) -> None:
    places = tuple(Mounted(f"/{text}", place, text) for place in FATE)
    ET.fromstring(draw.mounts(Mounts(text, places)).svg())
    held = disk(None, [HeldImage(text, ())], [Held(text, 1)], [Held(text, 2)], [], together=False)
    ET.fromstring(draw.disk(held).svg())


def test_every_place_has_its_fate() -> None:
    assert set(FATE) == set(Place)
