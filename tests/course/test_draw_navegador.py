"""Los diagramas en Chromium: ningún rótulo se sale de su caja, en claro y en oscuro, ancho y estrecho."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sitio
from playwright.sync_api import Browser, sync_playwright

from muelle import draw
from muelle.draw import Diagram
from muelle.model import Change, Container, Image, Instruction, Layer, Rule, chain_ids
from muelle.model.conversation import Conversation, Exchange

# De cada caja, los textos que sobresalen; y los que no se distinguen del fondo.
_OUTSIDE = sitio.program("textos_fuera")
_COLOURS = sitio.program("colores")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """El Chromium de Debian, sin red."""
    with sync_playwright() as play:
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = play.chromium.launch(executable_path=sitio.CHROMIUM, args=options)
        yield chromium
        chromium.close()


def diagrams() -> list[Diagram]:
    """Uno de cada clase, con textos de los que se salen de las cajas."""
    texts = [
        "FROM " + "W" * 90,
        "RUN " + "mm " * 90,
        "COPY " + "漢字" * 40,
        "RUN echo 🐳🐳🐳 'ñandú' && " + "x" * 4000,
    ]
    diffs = [f"sha256:{number:064x}" for number in range(4)]
    layers = tuple(
        Layer(at, diff, chain, None, 999_400 * 10**at)
        for at, (diff, chain) in enumerate(zip(diffs, chain_ids(diffs), strict=True))
    )
    rows = tuple(Instruction(text, "RUN", at, 1, text) for at, text in enumerate(texts))
    label = Instruction("LABEL " + "M" * 200, "LABEL", None, 0, "")
    name = "registro.example.org/MUY-LARGO/WWWWWWWWWWWWWWWWWWWWWW:1.2.3-ALPINE"
    image = Image("sha256:" + "f" * 64, (name,), "linux", "amd64", layers, (*rows, label), Rule.SIZES, 12, 2)
    paths = tuple((f"/MMMMMMMM/WWWWWWWWW/{number}/" + "w" * 40, Change.ADDED) for number in range(3))
    one = Container("a" * 64, "WWWWWWWWWWWWWWWWWWWWWWWW", "running", image, ("MMMMMMM",) * 9, paths, 10**9)
    events = [
        ("create", 0.0),
        ("start", 1.0),
        ("pause", 2.0),
        ("unpause", 3.0),
        ("die", 4.0),
        ("destroy", 5.0),
    ]
    talk = Conversation("docker ps", (Exchange("GET", "/W" * 90, status=200, reason="OK", duration=123.0),))
    return [
        draw.image(image),
        draw.images([image, image]),
        draw.containers([one]),
        draw.containers([one, one]),
        draw.conversation(talk),
        draw.lifecycle(events),
        draw.legend(),
    ]


@pytest.mark.parametrize("width", [1280, 390])
def test_no_text_leaves_its_box(browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    body = "".join(diagram._repr_html_() for diagram in diagrams())
    page.set_content(f'<html lang="es"><body>{body}</body></html>')
    assert page.locator("svg g.node").count() > 40
    outside = page.evaluate(_OUTSIDE)
    assert not outside
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_each_host_chooses_its_theme(browser: Browser) -> None:
    seen = {}
    for name, html, body, scheme in [
        ("libro oscuro", 'data-theme="dark"', "", "light"),
        ("libro claro", 'data-theme="light"', "", "dark"),
        ("JupyterLab oscuro", "", 'data-jp-theme-light="false"', "light"),
        ("JupyterLab claro", "", 'data-jp-theme-light="true"', "dark"),
        ("nadie lo dice, oscuro", "", "", "dark"),
        ("nadie lo dice, claro", "", "", "light"),
    ]:
        page = browser.new_page(color_scheme=scheme)
        page.set_content(f"<html {html}><body {body}>{draw.legend()._repr_html_()}</body></html>")
        seen[name] = page.evaluate(_COLOURS)
        page.close()
    dark = [colours for name, colours in seen.items() if "oscuro" in name]
    light = [colours for name, colours in seen.items() if "claro" in name]
    assert dark[0] == dark[1] == dark[2]
    assert light[0] == light[1] == light[2]
    assert all(one != other for one, other in zip(dark[0], light[0], strict=True))
