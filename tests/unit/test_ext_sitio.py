"""Las extensiones que dan forma al sitio: qué carga cada página, el español, la búsqueda, las direcciones."""

from __future__ import annotations

import logging
import re
import sys
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "site" / "ext"))

from docutils import nodes  # noqa: E402
from docutils.utils import new_document  # noqa: E402
from sphinx.builders.html import StandaloneHTMLBuilder  # noqa: E402
from sphinx.errors import ExtensionError  # noqa: E402
from sphinx.highlighting import PygmentsBridge  # noqa: E402

import busqueda  # noqa: E402
import castellano  # noqa: E402
import controles  # noqa: E402
import cuadernos  # noqa: E402
import glosario  # noqa: E402
import novedades  # noqa: E402
import procedencia  # noqa: E402
import publicacion  # noqa: E402
import tema  # noqa: E402
import tipografia  # noqa: E402


def asset(name: str | None, **attributes: str) -> SimpleNamespace:
    return SimpleNamespace(filename=name, attributes=attributes)


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("_static/sitio.css", "", True),
        ("_static/pygments.css", "<p>", False),
        ("_static/pygments.css", '<div class="highlight-x">', True),
        ("_static/sitio.js", "", True),
        ("_static/doctools.js", "", False),
        ("_static/mystnb.css", '<div class="highlight">', False),
        ("https://un.cdn/otra.css", "", False),
    ],
)
def test_a_page_loads_only_the_styles_it_uses(name: str, body: str, expected: bool) -> None:
    """Cada estilo, solo donde hace falta; los que añaden las extensiones y aquí no se usan, nunca."""
    assert tema.keep(asset(name), body) is expected


def test_inline_blocks_are_dropped() -> None:
    """De los bloques escritos en la página no queda ninguno: ni programas ni estado de controles."""
    state = asset(None, type="application/vnd.jupyter.widget-state+json")
    assert not tema.keep(state, "")
    assert not tema.keep(asset(None), "")


def test_our_catalogue_wins() -> None:
    """Lo que dice nuestro catálogo manda, y compila sin dejar ficheros."""
    before = set(castellano.CATALOGUE.parent.iterdir())
    compiled = castellano.compiled()
    assert compiled.gettext("Link to this heading") == "Enlace a este apartado"
    assert set(castellano.CATALOGUE.parent.iterdir()) == before


@pytest.mark.parametrize(
    "words",
    [
        ("imagen", "imágenes", "imagenes", "Imágenes"),
        ("contenedor", "contenedores"),
        ("capa", "capas"),
        ("demonio", "demonios"),
        ("petición", "peticiones", "peticion"),
        ("raíz", "raíces", "raices"),
        ("orden", "órdenes"),
    ],
)
def test_same_stem(words: tuple[str, ...]) -> None:
    """Singular y plural, con tilde y sin ella, se buscan igual."""
    assert len({busqueda.stem(word) for word in words}) == 1


@pytest.mark.parametrize(("one", "other"), [("año", "ano"), ("caso", "capa"), ("red", "rede")])
def test_different_stem(one: str, other: str) -> None:
    """Palabras distintas no se confunden."""
    assert busqueda.stem(one) != busqueda.stem(other)


def test_date_and_engine_are_said() -> None:
    """La línea dice el día en español y el motor; la página sin celdas no presume de salidas."""
    record = (
        procedencia.spanish_date(date(2026, 11, 4)),
        "Docker Engine 20.10.24, API 1.41, almacén overlay2",
    )
    said = procedencia.line(record, has_outputs=True)
    assert said == (
        "Salidas hechas el 4 de noviembre de 2026 con Docker Engine 20.10.24, API 1.41, almacén overlay2."
    )
    assert procedencia.line(record, has_outputs=False).startswith("Página hecha el 4 de noviembre de 2026")
    assert "no se ejecutó" in procedencia.line(None, has_outputs=True)


def test_notebook_is_found_by_page_name(tmp_path: Path) -> None:
    """El cuaderno de una página se llama como ella; si no está, no se ofrece."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "01-x.ipynb").write_text("{}", encoding="utf-8")
    assert cuadernos.notebook_of(tmp_path, "book/01-x") == tmp_path / "notebooks" / "01-x.ipynb"
    assert cuadernos.notebook_of(tmp_path, "book/02-y") is None


def test_jump_is_relative() -> None:
    """Una redirección vale en cualquier carpeta: su dirección es relativa."""
    assert 'url=01-x.html"' in publicacion.jump("book/viejo.html", "book/01-x.html", "X")
    assert 'url=book/01-x.html"' in publicacion.jump("index.html", "book/01-x.html", "X")
    assert "<title>A &lt;b&gt;</title>" in publicacion.jump("a.html", "b.html", "A <b>")


def fake_app(out: Path, base: str = "") -> SimpleNamespace:
    """Lo que `publicacion` mira de una aplicación de Sphinx."""
    return SimpleNamespace(
        outdir=out,
        config=SimpleNamespace(root_doc="book/uno", html_baseurl=base),
        builder=SimpleNamespace(get_target_uri=lambda name: f"{name}.html"),
        env=SimpleNamespace(
            titles={
                name: SimpleNamespace(astext=lambda name=name: f"Título de {name}")
                for name in ("book/uno", "book/dos")
            },
            found_docs={"book/uno", "book/dos"},
        ),
    )


def test_redirects_lead_to_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """La portada y las direcciones viejas llevan a su página."""
    table = tmp_path / "tabla.yml"
    table.write_text("book/viejo: book/dos\n", encoding="utf-8")
    monkeypatch.setattr(publicacion, "REDIRECTS", table)
    publicacion.write_redirects(fake_app(tmp_path))
    assert "url=book/uno.html" in (tmp_path / "index.html").read_text("utf-8")
    assert "url=dos.html" in (tmp_path / "book" / "viejo.html").read_text("utf-8")


@pytest.mark.parametrize("bad", ["book/viejo: book/tres", "book/uno: book/dos"])
def test_bad_redirect_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: str) -> None:
    """Una redirección a ninguna parte, o que tapa una página, no pasa."""
    table = tmp_path / "tabla.yml"
    table.write_text(f"{bad}\n", encoding="utf-8")
    monkeypatch.setattr(publicacion, "REDIRECTS", table)
    with pytest.raises(ExtensionError, match="no vale"):
        publicacion.write_redirects(fake_app(tmp_path))


def test_map_needs_the_public_address(tmp_path: Path) -> None:
    """Sin dirección pública no hay mapa; con ella, lleva todas las páginas enteras."""
    publicacion.write_map(fake_app(tmp_path))
    assert not (tmp_path / "sitemap.xml").exists()
    publicacion.write_map(fake_app(tmp_path, "https://ejemplo.org/curso/"))
    text = (tmp_path / "sitemap.xml").read_text("utf-8")
    assert "<loc>https://ejemplo.org/curso/book/dos.html</loc>" in text
    assert "Sitemap: https://ejemplo.org/curso/sitemap.xml" in (tmp_path / "robots.txt").read_text("utf-8")


def test_new_style_rewrites_every_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Al cambiar la apariencia se escriben otra vez todas las páginas; si no cambia, ninguna."""
    monkeypatch.setattr(tema, "LOOKS", (tmp_path,))
    (tmp_path / "sitio.css").write_text("a{}", encoding="utf-8")
    env = SimpleNamespace(found_docs={"book/uno", "book/dos"})
    assert tema.restyle(None, env) == []
    assert tema.restyle(None, env) == []
    (tmp_path / "sitio.css").write_text("a{color:red}", encoding="utf-8")
    assert tema.restyle(None, env) == ["book/dos", "book/uno"]


def test_code_is_coloured_for_both_modes(tmp_path: Path) -> None:
    """Cada regla vale en un modo; si hubo un error, o no se hace HTML, no se escribe nada."""
    builder = Mock(
        StandaloneHTMLBuilder,
        highlighter=PygmentsBridge("html", "a11y-high-contrast-light"),
        dark_highlighter=PygmentsBridge("html", "a11y-high-contrast-dark"),
    )
    sheet = tmp_path / "_static" / "pygments.css"
    sheet.parent.mkdir()
    app = SimpleNamespace(outdir=tmp_path, builder=builder)
    tema.write_colours(app, RuntimeError())
    tema.write_colours(SimpleNamespace(outdir=tmp_path, builder=object()), None)
    assert not sheet.exists()
    tema.write_colours(app, None)
    rules = sheet.read_text("utf-8").splitlines()
    modes = re.findall(r'^html\[data-theme="(light|dark)"\] \.highlight', "\n".join(rules), re.MULTILINE)
    assert len(modes) == len(rules)
    assert min(modes.count("light"), modes.count("dark")) > 20


def test_live_widget_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    """Un control vivo en una página es un aviso, que detiene la construcción; el estático, no."""
    logging.getLogger("sphinx").propagate = True
    controles.refuse(None, "book/x", "", {"body": '<section class="muelle-panel">'}, None)
    assert not caplog.records
    live = {"body": f'<script type="{controles.LIVE}">{{}}</script>'}
    controles.refuse(None, "book/x", "", live, None)
    assert "«book/x» tiene un control sin forma estática" in caplog.text


def test_long_definition_is_cut_at_a_word() -> None:
    """Una definición larga se corta en una palabra y lo dice con puntos."""
    assert glosario.shorten("corta") == "corta"
    cut = glosario.shorten("palabra " * 60)
    assert len(cut) <= glosario.LONGEST + 1
    assert cut.endswith("palabra…")


def page_of_news(*headings: str) -> nodes.document:
    """Una página de novedades, como la deja Sphinx."""
    document = new_document("novedades")
    top = nodes.section("", nodes.title("", "Novedades"), ids=["novedades"])
    for number, heading in enumerate(headings):
        item = nodes.section(
            "", nodes.title("", heading), nodes.paragraph("", "Uno & dos."), ids=[f"n{number}"]
        )
        top += item
    document += top
    return document


@pytest.mark.parametrize("base", ["", "https://ejemplo.org/curso/"])
def test_feed_is_atom(base: str) -> None:
    """El canal es XML con lo que Atom pide: identificador, título, fecha y enlace de cada novedad."""
    news = novedades.read(page_of_news("4 de mayo de 2027: más capas", "24 de noviembre de 2026: primera"))
    feed = ElementTree.fromstring(novedades.atom("Curso", news, base))
    atom = "{http://www.w3.org/2005/Atom}"
    assert feed.findtext(f"{atom}updated") == "2027-05-04T00:00:00Z"
    first, second = feed.findall(f"{atom}entry")
    assert (first.findtext(f"{atom}title"), second.findtext(f"{atom}title")) == ("más capas", "primera")
    assert first.findtext(f"{atom}summary") == "Uno & dos."
    link = first.find(f"{atom}link")
    assert link is not None
    assert link.get("href") == (f"{base}book/novedades.html#n0" if base else "novedades.html#n0")
    assert len({entry.findtext(f"{atom}id") for entry in (first, second)}) == 2


@pytest.mark.parametrize(
    "heading", ["Primera edición", "31 de febrero de 2027: no", "4 de mallo de 2027: no"]
)
def test_news_without_a_date_is_refused(heading: str) -> None:
    """Una novedad sin su fecha, o con una que no existe, no pasa."""
    with pytest.raises(ExtensionError, match="no es una novedad"):
        novedades.read(page_of_news(heading))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("pesa 4 MB y tarda 10 s", "pesa 4\u00a0MB y tarda 10\u00a0s"),
        ("2 bytes y 3 sillas", "2 bytes y 3 sillas"),
        ("un MB", "un MB"),
    ],
)
def test_a_number_keeps_its_unit(text: str, expected: str) -> None:
    """Una cifra y su unidad no se separan; una cifra y una palabra cualquiera, sí pueden."""
    assert tipografia.joined(text) == expected
