"""Lo que comparten las pruebas del sitio en Chromium: una página que apunta lo que pide y lo que se queja."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import sitio
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, ConsoleMessage, Page, Request

AXE = Path(AXE_FILE_PATH).read_text("utf-8")
# Una página tiene mil trozos de código coloreado y axe mide el contraste de cada uno: con uno de cada clase
# en cada clase de caja basta, y tarda la tercera parte. Los demás quedan como texto, en su sitio.
ONE_OF_EACH = sitio.program("uno_de_cada")


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
