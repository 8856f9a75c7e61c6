"""Los datos y las formas estáticas de los controles, con modelos hechos a mano."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from muelle.model import (
    Change,
    Contents,
    Entry,
    FileType,
    Image,
    Instruction,
    Layer,
    LayerFiles,
    Rule,
    chain_ids,
)
from muelle.widgets import pages
from muelle.widgets.exploration import Exploration, Shelf, explored

ALL = tuple(Change)


def file(path: str, size: int) -> Entry:
    """Un archivo normal."""
    return Entry(path, FileType.FILE, size)


def contents() -> Contents:
    """Dos capas: la de arriba cambia un archivo, borra otro y añade un tercero."""
    diffs = ["sha256:" + "1" * 64, "sha256:" + "2" * 64]
    layers = tuple(
        Layer(at, diff, chain, None, 1000 * (at + 1))
        for at, (diff, chain) in enumerate(zip(diffs, chain_ids(diffs), strict=True))
    )
    history = (Instruction("FROM base", "FROM", 0, 1000, ""), Instruction("RUN cosas", "RUN", 1, 2000, ""))
    image = Image("sha256:" + "a" * 64, ("web:1",), "linux", "amd64", layers, history, Rule.SIZES, 3000)
    below = LayerFiles(diffs[0], (file("etc/Motd", 700), file("etc/passwd", 300)))
    above = LayerFiles(diffs[1], (file("etc/passwd", 310), file("srv/a", 5)), whiteouts=("etc/Motd",))
    return Contents(image, (below, above))


def found() -> Exploration:
    return explored(contents())


def test_each_layer_is_seen_over_the_ones_below() -> None:
    changes = [[(item.change, item.path) for item in layer] for layer in found().changes]
    assert changes[0] == [(Change.ADDED, "etc/Motd"), (Change.ADDED, "etc/passwd")]
    assert sorted(changes[1], key=lambda item: item[1]) == [
        (Change.REMOVED, "etc/Motd"),
        (Change.CHANGED, "etc/passwd"),
        (Change.ADDED, "srv/a"),
    ]


def test_wasted_bytes() -> None:
    assert found().wasted_size == 1000
    text = pages.waste(found())
    assert "Bytes desperdiciados: 1 kB" in text and "/etc/Motd" in text and "700 B" in text


def test_filters_by_kind_and_path_without_case() -> None:
    one = found()
    assert [item.path for item in one.select(1, ALL, "MOTD")] == ["etc/Motd"]
    assert [item.path for item in one.select(1, [Change.ADDED], "")] == ["srv/a"]
    assert [item.path for item in one.select(1, ALL, "/etc/p")] == ["etc/passwd"]
    assert one.select(1, [Change.ADDED], "etc") == ()


def test_layer_title() -> None:
    assert found().layer_title(1) == "Capa 2 · 2 kB · RUN cosas"


def test_files_table_says_what_happens_to_each_path() -> None:
    one = found()
    table = pages.files("Archivos", one.changes[1], 3)
    assert "3 rutas de 3" in table
    assert "en el tar: etc/.wh.Motd" in table and "debajo siguen 700 B" in table and "antes, 300 B" in table
    assert '<th scope="col">Ruta</th>' in table and 'tabindex="0"' in table
    ET.fromstring(f"<div>{table}</div>")


def test_files_table_is_bounded_and_counts_the_rest() -> None:
    entries = tuple(file(f"d/{number:05}", 1) for number in range(5000))
    image = contents().image
    many = explored(Contents(image, (LayerFiles("", entries), LayerFiles(""))))
    table = pages.files("Archivos", many.changes[0], 5000)
    assert table.count("<tr>") == pages.ROWS + 1
    assert f"… y {5000 - pages.ROWS} rutas más: en tu cuaderno" in table


def test_nothing_to_show_is_said() -> None:
    assert "no cambia ningún archivo" in pages.files("x", (), 0)
    assert "De 3 rutas de la capa, ninguna" in pages.files("x", (), 3)


def test_an_image_is_read_once() -> None:
    read: list[str] = []

    def reader(name: str) -> Contents:
        read.append(name)
        return contents()

    shelf = Shelf(reader)
    assert shelf.get(contents().image) is shelf.get(contents().image)
    assert read == ["web:1"]


@given(st.text(alphabet=st.characters(codec=None), max_size=200))
def test_any_name_is_safe_html(text: str) -> None:
    body = pages.fold(text, pages.paragraph(text) + pages.code(text) + pages.table(text, (text,), [("x",)]))
    ET.fromstring(pages.section("x", text, pages.live(text, body)))


def test_static_blocks_need_no_script() -> None:
    block = pages.fold("Capa", pages.paragraph("<script>"))
    assert block.startswith("<details><summary>Capa</summary>") and "<script" not in block
