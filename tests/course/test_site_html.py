"""El sitio construido, leído como texto: en español, sin otros servidores y con lo que promete."""

from __future__ import annotations

import gzip
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree

import sitio
from babel.messages.pofile import read_po

LOADED = {"sitio.css", "sitio.js", "pygments.css", "buscador.js", "language_data.js", "searchindex.js"}
"""Todo lo que carga alguna página; las tres últimas, la de buscar."""

MOST = 60_000
"""Bytes del archivo mayor de `_static/`: hoy, la tarjeta social."""

# Rótulos que los temas y myst-nb escriben sin pasar por ningún catálogo.
LITERALS = {
    "Toggle primary sidebar",
    "Toggle secondary sidebar",
    "Search this book...",
    "Search the docs ...",
    "Search...",
    "Show code cell source",
    "Hide code cell source",
    "Show code cell output",
    "Hide code cell output",
    "Show code cell content",
    "Hide code cell content",
    "Copy",
    "Copied!",
    "Copy to clipboard",
    "Main",
    "Page",
    "Contents",
    "Related",
    "Permalink to this heading",
    "Link to this heading",
    "Click to show",
    "Click to hide",
    "Note",
    "Warning",
    "Tip",
    "Important",
    "See also",
}
LABELS = ("aria-label", "title", "placeholder", "alt", "aria-description")
OUTSIDE = re.compile(r"^(?:https?:)?//", re.IGNORECASE)


def english() -> set[str]:
    """Las frases inglesas de los temas que en español se dicen de otro modo, y `LITERALS`."""
    found = set(LITERALS)
    with Path(str(files("sphinx") / "locale/es/LC_MESSAGES/sphinx.po")).open("rb") as source:
        for message in read_po(source, locale="es"):
            if isinstance(message.id, str) and message.id and message.string != message.id:
                found.add(message.id)
    return {" ".join(text.split()).casefold() for text in found}


class Labels(HTMLParser):
    """Recoge los rótulos de una página: sus atributos, y el texto que no es del capítulo."""

    def __init__(self) -> None:
        super().__init__()
        self.labels: list[str] = []
        self.links: list[str] = []
        self._article = 0
        self._skip = 0
        self._label = 0
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.labels += [value for key, value in attrs if key in LABELS and value]
        if tag in ("script", "link", "img", "iframe", "source", "video", "audio", "object", "embed"):
            self.links += [value for key in ("src", "href", "data", "srcset") if (value := values.get(key))]
            if tag == "link" and values.get("rel") == "canonical":
                self.links.pop()
        self._article += tag == "article"
        self._skip += tag in ("script", "style")
        if tag in ("summary", "p", "button"):
            self._label += (is_label := tag != "p" or "admonition-title" in (values.get("class") or ""))
            self._open.append(is_label)

    def handle_endtag(self, tag: str) -> None:
        self._article -= tag == "article"
        self._skip -= tag in ("script", "style")
        if tag in ("summary", "p", "button") and self._open:
            self._label -= self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._skip and data.strip() and (self._label or not self._article):
            self.labels.append(data)


def read(path: Path) -> Labels:
    parser = Labels()
    parser.feed(path.read_text("utf-8"))
    return parser


def test_no_english_label(site: Path) -> None:
    """Ningún rótulo de ninguna página es una frase inglesa de los temas."""
    forbidden = english()
    found = [
        f"{page}: «{label.strip()}»"
        for page in sitio.pages(site)
        for label in read(site / page).labels
        if " ".join(label.split()).casefold() in forbidden
    ]
    assert not found, "\n".join(found)


def test_nothing_from_another_host(site: Path) -> None:
    """Ningún programa, estilo, imagen ni letra viene de otro servidor; tampoco desde los estilos."""
    found = [
        f"{page}: {link}"
        for page in sitio.pages(site)
        for link in read(site / page).links
        if OUTSIDE.match(link)
    ]
    for sheet in site.rglob("*.css"):
        text = sheet.read_text("utf-8")
        found += [
            f"{sheet.name}: {url}"
            for url in re.findall(r"(?:url\(|@import)\s*['\"]?((?:https?:)?//[^)'\"]+)", text)
        ]
    assert not found, "\n".join(found)


def test_every_local_link_exists(site: Path) -> None:
    """Lo que una página carga o enlaza dentro del sitio está en el sitio, y por una dirección relativa."""
    missing = []
    for page in sitio.pages(site):
        text = re.sub(
            r"<(script|style)\b[^>]*>.*?</\1>", "", (site / page).read_text("utf-8"), flags=re.DOTALL
        )
        for link in re.findall(r'\s(?:href|src)="([^"#?]+)', text):
            if re.match(r"^(?:[a-z]+:|//)", link) or page == "404.html":
                continue
            if link.startswith("/") or not (site / page).parent.joinpath(link).resolve().exists():
                missing.append(f"{page}: {link}")
    assert not missing, "\n".join(missing)


def test_a_page_loads_nothing_of_others(site: Path) -> None:
    """Ninguna página carga lo que traen Sphinx y sus extensiones, y nada pesado acompaña a lo nuestro."""
    loaded = {
        Path(link.partition("?")[0]).name
        for page in sitio.pages(site)
        for link in re.findall(r'\s(?:href|src)="([^"]+\.(?:css|js)[^"]*)"', (site / page).read_text("utf-8"))
    }
    assert loaded == LOADED
    heavy = [
        path.name for path in (site / "_static").rglob("*") if path.stat().st_size > MOST and path.is_file()
    ]
    assert heavy == []
    assert not [
        page
        for page in sitio.pages(site)
        if re.search(r"thebe|require\.js|mathjax", (site / page).read_text("utf-8"))
    ]


def test_every_page_says_with_which_engine(site: Path) -> None:
    """Cada página del libro dice el día, el motor, la API y el almacén."""
    date = r"(?:Salidas hechas|Página hecha) el \d{1,2} de [a-z]+ de 20\d\d"
    engine = r"con \S[^<]* \d+\.\d+[^<]*, API 1\.\d+, almacén [^<]+\."
    said = re.compile(rf'class="muelle-procedencia">.*?<span>{date}[^<]*{engine}</span>', re.DOTALL)
    chapters = sitio.chapters(site)
    assert chapters
    silent = [page for page in chapters if not said.search((site / page).read_text("utf-8"))]
    assert not silent, silent


def test_every_executed_chapter_offers_its_notebook(site: Path) -> None:
    """Cada capítulo con celdas se puede bajar como cuaderno, y el cuaderno está."""
    missing = []
    for page in sitio.chapters(site):
        text = (site / page).read_text("utf-8")
        if "cell_input" in text and not re.search(r'href="\.\./notebooks/[^"]+\.ipynb" download', text):
            missing.append(page)
    assert not missing, missing


def test_root_leads_to_the_first_page(site: Path) -> None:
    """`index.html` lleva, con una dirección relativa, a una página que existe."""
    found = re.search(
        r'http-equiv="refresh" content="0; ?url=([^"]+)"', (site / "index.html").read_text("utf-8")
    )
    assert found
    assert not found[1].startswith(("/", "http"))
    assert (site / found[1]).is_file()


def test_each_page_describes_itself(site: Path) -> None:
    """Cada página tiene título y descripción suyos, y tarjeta social."""
    titles = {}
    for page in sitio.chapters(site):
        text = (site / page).read_text("utf-8")
        title = re.search(r"<title>(.+?)</title>", text)
        described = re.search(r'<meta name="description" content="([^"]{20,170})">', text)
        assert title, page
        assert described, page
        assert 'property="og:title"' in text, page
        titles.setdefault(title[1], []).append(page)
    assert not [pages for pages in titles.values() if len(pages) > 1]


def test_first_page_is_light(site: Path) -> None:
    """La primera página, con todo lo que carga y comprimido, no pasa de 150 KB."""
    index = (site / "index.html").read_text("utf-8")
    found = re.search(r'url=([^"]+)"', index)
    assert found
    page = site / found[1]
    parts = {page, *(page.parent.joinpath(link.split("?")[0]).resolve() for link in read(page).links)}
    parts |= set((site / "_static" / "letra").glob("*.woff2"))
    size = sum(
        len(path.read_bytes() if path.suffix == ".woff2" else gzip.compress(path.read_bytes()))
        for path in parts
    )
    assert size <= 150_000, f"{size} bytes"


def test_glossary_words_explain_themselves(site: Path) -> None:
    """Cada enlace a una palabra del glosario lleva su definición, para leerla sin salir de la página."""
    links = [
        (page, link[0])
        for page in sitio.chapters(site)
        for link in re.finditer(
            r'<a class="reference internal"[^>]*>(?=<span class="[^"]*std-term)',
            (site / page).read_text("utf-8"),
        )
    ]
    assert links
    bare = [(page, link) for page, link in links if not re.search(r'title="[^"]{15,}"', link)]
    assert not bare, bare[:5]


def test_feed_is_announced_and_leads_somewhere(site: Path) -> None:
    """Cada página anuncia el canal de novedades, y cada novedad lleva a un apartado que existe."""
    for page in sitio.chapters(site):
        assert 'type="application/atom+xml"' in (site / page).read_text("utf-8"), page
    feed = ElementTree.parse(site / "book" / "novedades.xml").getroot()
    atom = "{http://www.w3.org/2005/Atom}"
    links = [link.get("href", "") for link in feed.findall(f"{atom}entry/{atom}link")]
    assert links
    page = (site / "book" / "novedades.html").read_text("utf-8")
    assert not [link for link in links if f'id="{link.rpartition("#")[2]}"' not in page]


def test_published_site_says_its_address(site: Path, tmp_path: Path) -> None:
    """Con dirección pública: mapa con todas las páginas, tarjeta social y canal, con direcciones enteras."""
    base = "https://ejemplo.github.io/curso/"
    root = Path(__file__).resolve().parents[2]
    command = [
        sys.executable,
        "-m",
        "muelle.cli.render",
        str(tmp_path),
        "off",
        str(tmp_path / "reserva"),
        base,
        "no",
    ]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    built = tmp_path / "html"
    places = re.findall("<loc>(.*?)</loc>", (built / "sitemap.xml").read_text("utf-8"))
    assert sorted(places) == [base + page for page in sitio.chapters(site)]
    home = (built / "book" / "bienvenida.html").read_text("utf-8")
    card = re.search(r'property="og:image" content="([^"]+)"', home)
    assert card
    assert (built / card[1].removeprefix(base)).is_file()
    assert f'href="{base}book/novedades.html#' in (built / "book" / "novedades.xml").read_text("utf-8")
