"""Lo que comparten las pruebas del sitio en Chromium: una página que apunta lo que pide y lo que se queja."""

from __future__ import annotations

from urllib.parse import urlsplit

import sitio
from playwright.sync_api import Browser, ConsoleMessage, Page, Request


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
