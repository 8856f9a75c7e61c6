"""El sitio construido, mirado página a página en Chromium: claro y oscuro, en escritorio y en teléfono."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import sitio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from muelle.cli import paper
from muelle.cli.book import zip_site

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "book" / "_ext"))

import busqueda

AXE = Path(AXE_FILE_PATH).read_text("utf-8")
# Una página tiene mil trozos de código coloreado y axe mide el contraste de cada uno: con uno de cada clase
# en cada clase de caja basta, y tarda la tercera parte. Los demás quedan como texto, en su sitio.
ONE_OF_EACH = """() => {
  const seen = new Set();
  for (const piece of document.querySelectorAll(".highlight span[class]")) {
    const box = piece.closest(".cell_input, .cell_output, .admonition, [class*='muelle-']");
    const kind = `${piece.className} en ${box?.className}`;
    if (seen.has(kind)) piece.replaceWith(...piece.childNodes);
    seen.add(kind);
  }
}"""
VIEWS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def site() -> Path:
    return sitio.built_site()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    with sitio.served(site) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=sitio.CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


class Watched:
    """Una página del navegador que apunta lo que pide y lo que se queja.

    Args:
        page: la página de Playwright.
        host: el único servidor al que puede pedir; "" si se lee de una carpeta.
    """

    def __init__(self, page: Page, host: str) -> None:
        self.page = page
        self.host = host
        self.problems: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("request", self._request)
        page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"consola: {message.text}")

    def _failed(self, request: Request) -> None:
        # Al pasar de página se corta lo que aún se cargaba de la anterior.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"no se pudo cargar {request.url}: {request.failure}")

    def _request(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme in ("data", "blob"):
            return
        if where.netloc != self.host or (self.host and not where.path.startswith(f"{sitio.PREFIX}/")):
            self.problems.append(f"pide fuera del sitio: {request.url}")

    def take(self) -> list[str]:
        """Lo apuntado hasta ahora, y empieza de nuevo."""
        found, self.problems = self.problems, []
        return found


def open_page(browser: Browser, address: str, width: int = 1280, theme: str = "light") -> Watched:
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width < 500 else 900},
        color_scheme=theme,  # type: ignore[arg-type]
        is_mobile=width < 500,
        has_touch=width < 500,
        reduced_motion="reduce",
        locale="es-ES",
    )
    return Watched(context.new_page(), urlsplit(address).netloc)


def axe_violations(page: Page) -> list[str]:
    """Las faltas que ve axe-core, con todas sus reglas, también las de buenas prácticas."""
    page.evaluate(ONE_OF_EACH)
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"axe {rule['id']} ({rule['help']}): {places(rule)}" for rule in found["violations"]]


def places(rule: dict[str, Any]) -> str:
    """Dónde se falta a una regla de axe: los tres primeros sitios."""
    return "; ".join(str(node["target"]) for node in rule["nodes"][:3])


def overflow(page: Page) -> list[str]:
    """Si la página se sale de la pantalla a lo ancho."""
    extra = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"se sale {extra} px a lo ancho"] if extra > 0 else []


@pytest.mark.parametrize(("width", "theme"), VIEWS, ids=[f"{width}-{theme}" for width, theme in VIEWS])
def test_every_page_is_clean(browser: Browser, site: Path, address: str, width: int, theme: str) -> None:
    """Ni una petición a otro servidor, ni un error, ni una falta de axe, ni desborde a lo ancho.

    En un teléfono, axe mira la página con todo desplegado; en un escritorio, tal como se abre.
    """
    watched = open_page(browser, address, width, theme)
    page, problems = watched.page, []
    for name in sitio.pages(site):
        page.goto(f"{address}/{name}", wait_until="load")
        found = overflow(page)
        if width < 500:
            page.evaluate("document.querySelectorAll('details').forEach(box => { box.open = true })")
            page.wait_for_timeout(50)
            found += overflow(page)
        found += axe_violations(page) + watched.take()
        if page.evaluate("document.documentElement.lang") != "es":
            found.append("no dice que está en español")
        problems += [f"{name}: {problem}" for problem in found]
    page.context.close()
    assert not problems, "\n".join(problems)


def test_works_from_a_folder(browser: Browser, site: Path) -> None:
    """Abierto desde una memoria USB (`file://`), no pide nada fuera ni se queja, y se puede buscar."""
    watched = open_page(browser, "")
    problems = []
    for name in sitio.pages(site):
        watched.page.goto((site / name).as_uri(), wait_until="load")
        problems += [f"{name}: {problem}" for problem in watched.take()]
    watched.page.goto(f"{(site / 'search.html').as_uri()}?q=docker", wait_until="load")
    watched.page.wait_for_selector("#search-results li")
    watched.page.context.close()
    assert not problems + watched.take(), "\n".join(problems)


def test_zip_works_from_anywhere(browser: Browser, site: Path, tmp_path: Path) -> None:
    """El `.zip` que se reparte, abierto en cualquier carpeta, lleva a la primera página con su aspecto."""
    (tmp_path / "salida").mkdir()
    copy = Path(shutil.copytree(site, tmp_path / "salida" / "html"))
    shutil.unpack_archive(zip_site(copy), tmp_path / "memoria USB ñ")
    watched = open_page(browser, "")
    page = watched.page
    page.goto((tmp_path / "memoria USB ñ" / "index.html").as_uri(), wait_until="load")
    page.wait_for_selector(".muelle-portada .muelle-cabecera")
    page.click("a.muelle-paso-siguiente")
    page.wait_for_selector("h1")
    background = page.evaluate("getComputedStyle(document.querySelector('.muelle-cabecera')).backgroundColor")
    page.context.close()
    assert background == "rgb(15, 42, 61)"
    assert not watched.take()


def test_pdf_has_the_whole_course(site: Path, tmp_path: Path) -> None:
    """El PDF lleva todas las páginas, sin repetir identificadores ni perder enlaces."""
    copy = Path(shutil.copytree(site, tmp_path / "html"))
    order = paper.order(Path(__file__).resolve().parents[2] / "_toc.yml")
    assert sorted(f"{page}.html" for page in order) == sitio.chapters(site)
    whole = paper.single_page(copy, order)
    ids = re.findall(r'\bid="([^"]+)"', whole)
    assert len(ids) == len(set(ids))
    lost = [link for link in re.findall(r'href="#([^"]*)"', whole) if link not in ids]
    assert not lost
    made = paper.pdf(copy, sitio.CHROMIUM).read_bytes()
    assert made.startswith(b"%PDF")
    assert len(re.findall(rb"/Type /Page\b", made)) > 3 * len(order)
    assert sorted(copy.rglob("*.html")) == sorted(
        copy / path.relative_to(site) for path in site.rglob("*.html")
    )


def results(watched: Watched, address: str, words: str) -> set[str]:
    """Las páginas que encuentra el buscador."""
    watched.page.goto(f"{address}/search.html?q={words}", wait_until="load")
    watched.page.wait_for_function(
        "document.querySelector('#search-results .search-summary')?.innerText.length > 0"
    )
    watched.page.wait_for_timeout(400)
    found = watched.page.eval_on_selector_all(
        "#search-results li a", "links => links.map(link => link.pathname)"
    )
    return set(found)


def test_search_knows_spanish(browser: Browser, address: str) -> None:
    """«imagen» e «imágenes» encuentran las mismas páginas, y el resultado se cuenta en español."""
    watched = open_page(browser, address)
    one, many = results(watched, address, "imagen"), results(watched, address, "imágenes")
    text = watched.page.inner_text("#search-results")
    watched.page.context.close()
    assert one
    assert one == many
    assert "Search" not in text
    assert not watched.take()


def test_stems_agree_in_both_languages(browser: Browser, site: Path, address: str) -> None:
    """El raizador del índice (Python) y el de la consulta (JavaScript) dan lo mismo, palabra por palabra."""
    page = open_page(browser, address).page
    page.goto(f"{address}/{sitio.chapters(site)[0]}", wait_until="load")
    prose = page.inner_text("article").split()
    words = sorted({word for word in prose if word.isalpha()} | {"imágenes", "Ñandúes", "raíces", "ees"})
    program = f"(words) => {{ {busqueda.STEMMER}; return words.map(new Stemmer().stemWord); }}"
    stems = page.evaluate(program, words)
    page.context.close()
    assert stems == [busqueda.stem(word) for word in words]


def test_theme_is_kept(browser: Browser, address: str) -> None:
    """El botón cambia de claro a oscuro, y la elección dura."""
    watched = open_page(browser, address)
    page = watched.page
    page.goto(f"{address}/search.html", wait_until="load")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    page.focus("#muelle-tema")
    page.keyboard.press("Enter")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.context.close()


def test_menu_by_keyboard(browser: Browser, address: str) -> None:
    """En un teléfono, los capítulos se abren y se cierran con el teclado, y el foco vuelve al botón."""
    page = open_page(browser, address, 390).page
    page.goto(f"{address}/search.html", wait_until="load")
    assert not page.is_visible("#muelle-indice")
    page.focus("#muelle-menu")
    page.keyboard.press("Enter")
    assert page.is_visible("#muelle-indice")
    assert page.get_attribute("#muelle-menu", "aria-expanded") == "true"
    page.focus("#muelle-indice a")
    page.keyboard.press("Escape")
    assert not page.is_visible("#muelle-indice")
    assert page.evaluate("document.activeElement.id") == "muelle-menu"
    page.context.close()


def test_skip_link(browser: Browser, address: str) -> None:
    """El primer tabulador lleva a saltar al contenido."""
    page = open_page(browser, address).page
    page.goto(f"{address}/search.html", wait_until="load")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#contenido"
    page.context.close()


def test_reading_progress_stays(browser: Browser, site: Path, address: str) -> None:
    """Llegar al final de un capítulo lo marca como leído, en el dispositivo y en las demás páginas."""
    page = open_page(browser, address).page
    first, second = sitio.chapters(site)[:2]
    page.goto(f"{address}/{first}", wait_until="load")
    page.evaluate("document.querySelector('.muelle-pasos').scrollIntoView()")
    page.wait_for_selector(".muelle-indice a.muelle-leida")
    page.goto(f"{address}/{second}", wait_until="load")
    marked = page.eval_on_selector_all(
        ".muelle-indice a.muelle-leida", "links => links.map(link => link.pathname)"
    )
    page.context.close()
    assert [Path(path).name for path in marked] == [Path(first).name]


def test_copy_button(browser: Browser, site: Path, address: str) -> None:
    """El botón copia el código de su celda."""
    name = next(page for page in sitio.chapters(site) if "cell_input" in (site / page).read_text("utf-8"))
    page = open_page(browser, address).page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{address}/{name}", wait_until="load")
    button = page.locator(".cell_input .muelle-copiar").first
    button.click()
    page.wait_for_selector(".muelle-copiar.hecho")
    copied = page.evaluate("navigator.clipboard.readText()")
    expected = page.locator(".cell_input pre").first.inner_text().strip()
    page.context.close()
    assert copied == expected


def test_widgets_are_static_and_open_by_keyboard(browser: Browser, site: Path, address: str) -> None:
    """Cada control está en su forma estática: sin programas, y lo plegado se abre con el teclado."""
    found = set()
    for name in sitio.chapters(site):
        kinds = re.findall(
            r'<section class="muelle-(explorador|laboratorio|panel)"', (site / name).read_text("utf-8")
        )
        if not kinds:
            continue
        found |= set(kinds)
        page = open_page(browser, address).page
        scripts: list[str] = []
        page.on("request", lambda asked, to=scripts: asked.resource_type == "script" and to.append(asked.url))
        page.goto(f"{address}/{name}", wait_until="networkidle")
        for kind in kinds:
            box = page.locator(f"section.muelle-{kind} details").first
            opened = box.get_attribute("open")
            box.locator("summary").first.focus()
            page.keyboard.press("Enter")
            assert box.get_attribute("open") != opened, f"{name}: {kind}"
        page.context.close()
        assert [Path(urlsplit(url).path).name for url in scripts] == ["sitio.js"], name
    assert found == {"explorador", "laboratorio", "panel"}


def test_print_unfolds(browser: Browser, site: Path, address: str) -> None:
    """Al imprimir, en claro, lo plegado se despliega y la cabecera no sale."""
    name = next(page for page in sitio.chapters(site) if "<details" in (site / page).read_text("utf-8"))
    page = open_page(browser, address, theme="dark").page
    page.goto(f"{address}/{name}", wait_until="load")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    closed = page.locator("article details:not([open])").count()
    visible = page.is_visible(".muelle-cabecera")
    theme = page.evaluate("document.documentElement.dataset.theme")
    page.context.close()
    assert closed == 0
    assert not visible
    assert theme == "light"
