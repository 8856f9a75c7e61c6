"""El sitio en uso, en Chromium: buscar, moverse con el teclado, leer sin programas, copiar."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sitio
from navegador import Watched, open_page
from playwright.sync_api import Browser

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "site" / "ext"))

import busqueda

pytestmark = pytest.mark.timeout(1800)


def results(watched: Watched, address: str, words: str) -> list[str]:
    """Las direcciones que da el buscador, por orden: páginas, y dentro de cada una, sus apartados."""
    watched.page.goto(f"{address}/search.html?q={words}", wait_until="networkidle")
    watched.page.wait_for_selector("#search-results .search-summary:not(:empty)")
    found: list[str] = watched.page.eval_on_selector_all(
        "#search-results li a", "links => links.map(link => link.pathname.split('/').pop() + link.hash)"
    )
    return found


@pytest.mark.parametrize(
    ("forms", "first"),
    [
        (("imagen", "imágenes", "imagenes", "IMAGEN"), "03-que-es-una-imagen.html"),
        (("capa", "capas", "las capas"), "04-capas-por-dentro.html"),
        (("caché", "cache"), "05-construir.html"),
        (("proceso en primer plano",), "08-el-proceso-en-primer-plano.html"),
    ],
)
def test_search_knows_spanish(browser: Browser, address: str, forms: tuple[str, ...], first: str) -> None:
    """El plural, las tildes y las mayúsculas dan lo mismo, y va delante la página que trata de eso."""
    watched = open_page(browser, address)
    found = {form: results(watched, address, form) for form in forms}
    marked = watched.page.locator("#search-results mark").count()
    watched.page.context.close()
    assert next(iter(found.values()))[0] == first
    assert len({tuple(pages) for pages in found.values()}) == 1, found
    assert marked > 0
    assert not watched.take()


def test_search_leads_to_the_glossary_and_says_when_there_is_nothing(browser: Browser, address: str) -> None:
    """Una palabra del glosario lleva a su definición; si no hay nada, se dice en español y con la palabra."""
    watched = open_page(browser, address)
    found = results(watched, address, "contenedores")
    assert "glosario.html#term-contenedor" in found
    assert results(watched, address, "xilofón") == []
    said = watched.page.inner_text("#search-results")
    watched.page.context.close()
    assert said.startswith("Ninguna página tiene «xilofón».")


def test_search_shows_what_was_typed_and_nothing_else(browser: Browser, address: str) -> None:
    """Lo que se busca se enseña como texto: no se convierte en parte de la página."""
    watched = open_page(browser, address)
    results(watched, address, "%3Cimg src=x onerror=document.title=1%3E imagen")
    watched.page.context.close()
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
    page.focus("#muelle-indice a:last-child")
    for _ in range(30):  # lo que los capítulos tapan no recibe el foco
        page.keyboard.press("Tab")
        assert not page.evaluate("document.activeElement.closest('#contenido') !== null")
    page.focus("#muelle-indice a")
    page.keyboard.press("Escape")
    assert not page.is_visible("#muelle-indice")
    assert page.evaluate("document.activeElement.id") == "muelle-menu"
    assert not page.evaluate("document.querySelector('#contenido').inert")
    page.context.close()


def test_every_chapter_of_the_menu_can_be_reached(browser: Browser, address: str) -> None:
    """En un teléfono bajo, la lista de capítulos empieza bajo la cabecera y se desplaza hasta el último."""
    page = open_page(browser, address, 390).page
    page.set_viewport_size({"width": 390, "height": 500})
    page.goto(f"{address}/search.html", wait_until="load")
    page.click("#muelle-menu")
    header = page.locator(".muelle-cabecera").bounding_box()
    first = page.locator("#muelle-indice a").first.bounding_box()
    last = page.locator("#muelle-indice a").last
    assert header
    assert first
    assert first["y"] >= header["y"] + header["height"]
    last.scroll_into_view_if_needed()
    place = last.bounding_box()
    page.context.close()
    assert place
    assert place["y"] + place["height"] <= 500


def test_without_scripts(browser: Browser, site: Path, address: str) -> None:
    """Sin JavaScript se lee todo, se llega a los demás capítulos y no hay botones que no hacen nada."""
    name = sitio.chapters(site)[0]
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(f"{address}/{name}", wait_until="load")
    assert not page.locator("button:visible, .muelle-buscar:visible").count()
    page.click("#muelle-indice a[href$='glosario.html']")
    assert page.locator("h1").inner_text().startswith("Glosario")
    context.close()


def test_search_by_keyboard(browser: Browser, address: str) -> None:
    """Ctrl+K lleva a buscar; una tecla sola no hace nada (WCAG 2.1.4)."""
    page = open_page(browser, address).page
    page.goto(f"{address}/book/bienvenida.html", wait_until="load")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.keyboard.press("Control+k")
    page.keyboard.type("capas")
    page.keyboard.press("Enter")
    page.wait_for_selector("#search-results li")
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
