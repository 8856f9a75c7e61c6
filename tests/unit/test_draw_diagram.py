"""El diagrama como objeto: SVG bien formado, accesible, sin colores fijos y que no choca con otros."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import combinations

import graphviz
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from muelle.draw import Diagram, legend
from muelle.draw.pieces import render, sketch, svg, theme
from muelle.draw.pieces.sketch import Sketch
from muelle.errors import MissingTool, MuelleError

SVG = "{http://www.w3.org/2000/svg}"


def labelled(text: str) -> Diagram:
    """Un diagrama con el mismo texto en todos los sitios en los que cabe texto."""
    drawing = Sketch()
    with drawing.box(text, [text]):
        body = sketch.rows(text, 12.5, mono=True) + sketch.pair(sketch.run("a"), "b")
        drawing.node("capa", sketch.table(body), tooltip=text)
    return Diagram(text, drawing.dot(), (text,))


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(codec=None), max_size=120))
@example("]")
def test_any_text_gives_well_formed_xml(text: str) -> None:
    ET.fromstring(labelled(text).svg())


@pytest.mark.parametrize(
    "text",
    [
        "RUN " + "x" * 4000,
        "\"comillas\" y 'comillas'",
        "a < b && c > d &amp; &lt;b&gt;",
        "línea\notra\r\ny \\n \\N \\G \\l \\",
        "🐳 ballena 👩‍👩‍👧 familia",
        "שלום עולם مرحبا",
        "\x00\x1b[31m\x7f\x9f",
        "\udc80 \ud800",
        "]]> --> <!-- <script>alert(1)</script>",
        "",
        " " * 50,
    ],
)
def test_hostile_labels_keep_their_text(text: str) -> None:
    diagram = labelled(text)
    root = ET.fromstring(diagram.svg())
    title = root.find(f"{SVG}title")
    assert title is not None
    assert " ".join((title.text or "").split()) == " ".join(diagram.plain().split("\n")[0].split())
    assert not root.findall(f".//{SVG}script")
    tooltips = [element.text or "" for element in root.iterfind(f".//{SVG}g/{SVG}title")]
    if text.strip():
        assert " ".join(tooltips[0].split()) == " ".join((title.text or "").split())


@pytest.mark.parametrize("char", ["x", '"', "&", "\\", "⏎", "🐳"])
def test_a_text_longer_than_graphviz_reads_is_cut_in_its_tooltip_only(char: str) -> None:
    """Un RUN con un programa entero dentro (heredoc) pasa de los 16 384 bytes de una cadena de DOT."""
    text = "RUN " + char * 20_000
    diagram = labelled(text)
    tooltip = ET.fromstring(diagram.svg()).find(f".//{SVG}g/{SVG}title")
    assert tooltip is not None and tooltip.text
    assert tooltip.text.startswith("RUN " + char * 2_000) and tooltip.text.endswith("…")
    assert diagram.plain().endswith(char * 20_000)


def test_the_svg_names_and_describes_itself() -> None:
    diagram = legend()
    root = ET.fromstring(diagram.svg())
    assert root.get("role") == "img"
    ids = {element.get("id"): element for element in root.iter() if element.get("id")}
    assert ids[root.get("aria-labelledby")].text == diagram.title
    assert ids[root.get("aria-describedby")].text == "\n".join(diagram.text)
    assert "width" not in root.attrib and "height" not in root.attrib and "viewBox" in root.attrib


def test_no_fixed_colour_is_left() -> None:
    for element in ET.fromstring(legend().svg()).iter():
        for attribute in ("fill", "stroke"):
            assert element.get(attribute) in (None, "none", "transparent")


def test_every_class_of_colour_has_its_rule() -> None:
    names = set(re.findall(r"\b[fs]-[a-z-]+", " ".join(e.get("class", "") for e in _all(legend()))))
    assert "f-capa-fondo" in names
    assert all(f".{name}{{" in theme.STYLE for name in names)


def _all(diagram: Diagram) -> list[ET.Element]:
    return list(ET.fromstring(diagram.svg()).iter())


def test_ids_do_not_clash_in_a_page() -> None:
    one, other = legend(), labelled("otro")
    page = one._repr_html_() + other._repr_html_() + one._repr_html_()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == 6 and len(set(ids)) == 6


def test_the_svg_is_always_the_same() -> None:
    assert legend().svg() == legend().svg()


def test_a_narrow_drawing_shrinks_and_a_wide_one_scrolls() -> None:
    narrow = labelled("hola")._repr_html_()
    assert "width:100%" in narrow and "tabindex" not in narrow
    drawing = Sketch()
    drawing.level([drawing.node("capa", sketch.table(sketch.rows("x", 12))) for _ in range(3)])
    wide = Diagram("ancho", drawing.dot(), ("ancho",))._repr_html_()
    assert "max-width:none" in wide and 'tabindex="0"' in wide and "overflow-x:auto" in wide


def test_html_carries_the_text_alternative() -> None:
    html = labelled("a < b")._repr_html_()
    assert "<summary>El diagrama en texto</summary>" in html
    assert "a &lt; b</pre>" in html and "a < b</pre>" not in html


def test_mime_bundle_has_plain_text() -> None:
    bundle = labelled("hola")._repr_mimebundle_()
    assert bundle["text/plain"] == "hola\nhola" and bundle["text/html"].startswith("<figure")


def test_png() -> None:
    assert labelled("hola").png().startswith(b"\x89PNG")


def test_what_goes_at_the_right_is_there_in_every_format() -> None:
    """En SVG se ancla al borde después; en PNG está donde lo pone Graphviz."""
    drawing = Sketch()
    drawing.node("capa", sketch.table(sketch.pair(sketch.run("Capa 1", bold=True), "51 B")))
    root = ET.fromstring(render.pipe(drawing.dot(), "svg"))
    at = {text.text: float(text.attrib["x"]) for text in root.iter(f"{SVG}text")}
    wide = svg.width_of(root)
    assert at["Capa 1"] < wide * 0.1 and at["51 B"] > wide * 0.8


def test_without_dot_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingTool, match="«graphviz»"):
        labelled("hola").svg()


def test_a_rejected_graph_is_one_sentence() -> None:
    with pytest.raises(MuelleError, match="Graphviz no ha podido"):
        Diagram("roto", "digraph { ->", ()).svg()


def test_rendering_can_be_replaced_in_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def other(_source: str, format: str) -> bytes:
        asked.append(format)
        return bytes(graphviz.Source("digraph { n0 }").pipe(format=format))

    monkeypatch.setattr(render, "_given", [other])
    labelled("hola").svg()
    assert asked == ["svg"]


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contraste entre dos colores según WCAG 2.1."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("column", [0, 1], ids=["claro", "oscuro"])
def test_contrast_is_aa(column: int) -> None:
    colours = {name: values[column] for name, values in theme.PALETTE.items()}
    grounds = [name for name in colours if name.endswith("-fondo") and name != "barra-fondo"] + ["papel"]
    for ground in grounds:
        for ink in ("texto", "suave"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for ink in ("anadido", "cambiado", "borrado", "opaco"):
        for ground in ("capa-fondo", "escritura-fondo", "papel"):
            assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for name, value in colours.items():
        if name.endswith("-borde") or name == "linea":
            assert contrast(value, colours["papel"]) >= 3, name
            assert contrast(value, colours["anfitrion-fondo"]) >= 3, name


def test_light_values_are_unique() -> None:
    lights = [light for light, _ in theme.PALETTE.values()]
    assert all(one != other for one, other in combinations(lights, 2))


def test_right_aligned_text_ends_at_the_margin() -> None:
    root = ET.fromstring(labelled("hola").svg())
    (text,) = [element for element in root.iter(f"{SVG}text") if element.text == "b"]
    assert text.get("text-anchor") == "end"
    assert svg.NARROW > float(text.attrib["x"]) > sketch.WIDTH / 2
