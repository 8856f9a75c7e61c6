"""El sitio construido, mirado página a página en Chromium: claro y oscuro, en escritorio y en teléfono."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import pytest
import sitio
from navegador import axe_violations, open_page, overflow
from playwright.sync_api import Browser

from muelle.cli import contents, paper
from muelle.cli.book import zip_site

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "site" / "ext"))

import publicacion

TWO_FRAMES = sitio.program("dos_cuadros")
VIEWS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]

pytestmark = pytest.mark.timeout(1800)


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
            page.evaluate(TWO_FRAMES)
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


def test_an_old_address_keeps_its_heading(browser: Browser, address: str, tmp_path: Path) -> None:
    """Una redirección lleva al apartado del enlace viejo: servida, de un fichero y sin programas."""
    old = tmp_path / "viejo.html"
    old.write_text(publicacion.jump("viejo.html", "nuevo.html", "Nuevo"), encoding="utf-8")
    (tmp_path / "nuevo.html").write_text("<h1>Nuevo</h1>", encoding="utf-8")
    page = open_page(browser, address).page
    page.goto(f"{old.as_uri()}#apartado")
    page.wait_for_url("**/nuevo.html#apartado")
    page.goto(f"{address}/index.html#para-quien-es")
    page.wait_for_url("**/bienvenida.html#para-quien-es")
    page.context.close()
    context = browser.new_context(java_script_enabled=False)
    bare = context.new_page()
    bare.goto(old.as_uri())
    bare.wait_for_url("**/nuevo.html")
    context.close()


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
    order = contents.pages(Path(__file__).resolve().parents[2] / "_toc.yml")
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


def test_heading_links_have_a_name(browser: Browser, site: Path, address: str) -> None:
    """Quien oye la página oye «Enlace a este apartado», no «almohadilla»."""
    page = open_page(browser, address).page
    page.goto(f"{address}/{sitio.chapters(site)[0]}", wait_until="load")
    links = page.locator("a.headerlink").count()
    named = page.get_by_role("link", name="Enlace a este apartado", exact=True).count()
    page.context.close()
    assert links == named > 3


def test_short_code_is_not_split(browser: Browser, site: Path, address: str) -> None:
    """En el renglón de un teléfono, un código breve no se parte («-» y «d»)."""
    page = open_page(browser, address, 390).page
    split = []
    for name in sitio.chapters(site):
        page.goto(f"{address}/{name}", wait_until="load")
        split += page.eval_on_selector_all(
            "p > code, li > code",
            sitio.program("codigos_partidos"),
        )
    page.context.close()
    assert not split


def test_system_colours(browser: Browser, site: Path, address: str) -> None:
    """Con los colores del sistema, un diagrama guarda a la vez los de su texto y los de su fondo."""
    name = next(page for page in sitio.chapters(site) if "muelle-dibujo" in (site / page).read_text("utf-8"))
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(f"{address}/{name}", wait_until="load")
    adjust, background = page.eval_on_selector(
        "svg.muelle-dibujo",
        "svg => [getComputedStyle(svg).forcedColorAdjust, getComputedStyle(svg).backgroundColor]",
    )
    context.close()
    assert adjust == "none"
    assert background == "rgb(253, 253, 252)"


def test_print_unfolds(browser: Browser, site: Path, address: str) -> None:
    """Al imprimir, en claro, lo plegado se despliega y la cabecera no sale; después, todo como estaba."""
    name = next(page for page in sitio.chapters(site) if "<details" in (site / page).read_text("utf-8"))
    page = open_page(browser, address, theme="dark").page
    page.goto(f"{address}/{name}", wait_until="load")
    before = page.locator("article details:not([open])").count()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    closed = page.locator("article details:not([open])").count()
    visible = page.is_visible(".muelle-cabecera")
    theme = page.evaluate("document.documentElement.dataset.theme")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    after = page.locator("article details:not([open])").count()
    page.context.close()
    assert closed == 0
    assert not visible
    assert theme == "light"
    assert after == before > 0
