"""Alguien que lee el sitio en un navegador y ejecuta sus celdas."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

START = 600_000
"""Lo más que se espera a que el motor esté en marcha, en milisegundos: en una máquina ocupada es mucho."""

CELL = 900_000
"""Lo más que se espera a una celda, en milisegundos."""

ENDED = ("hecha", "con un error", "parada")


def program(name: str) -> str:
    """Un programa de `programas/`, para ejecutarlo en la página."""
    file = Path(__file__).parent / "programas" / f"{name}.js"
    return file.read_text(encoding="utf-8").strip().removesuffix(";")


@dataclass(frozen=True)
class Ran:
    """Cómo acabó una celda: su estado y el texto de su salida."""

    state: str
    output: str


class Reader:
    """Una pestaña abierta por una página del sitio."""

    def __init__(self, browser: Browser, url: str, context: BrowserContext | None = None) -> None:
        self.context = context or browser.new_context(locale="es-ES", viewport={"width": 1280, "height": 900})
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.goto(url)

    @property
    def cells(self) -> Locator:
        """Las celdas que se pueden ejecutar."""
        return self.page.locator("div.cell:has(> .pestana-botones)")

    @property
    def says(self) -> Locator:
        """Lo que dice el panel."""
        return self.page.locator(".pestana-dice")

    @property
    def note(self) -> Locator:
        """El aviso del panel."""
        return self.page.locator(".pestana-nota")

    def press(self, index: int, action: str = "run") -> None:
        """Pulsa un botón de una celda: `run`, `until` o `edit`."""
        self.cells.nth(index).locator(f'[data-pestana="{action}"]').click()

    def asks(self, slug: str) -> int:
        """La celda en la que se responde a un ejercicio."""
        found = self.cells.filter(has_text=f'muelle.check("{slug}"')
        expect(found).to_have_count(1)
        return self.cells.evaluate_all("(all, one) => all.indexOf(one)", found.element_handle())

    def start(self, index: int = 0, action: str = "run") -> None:
        """Pulsa una celda por primera vez, acepta y espera a que el motor esté en marcha."""
        self.press(index, action)
        self.page.get_by_role("button", name="Traer el motor").click()
        state = self.cells.nth(0 if action == "until" else index).locator(".pestana-estado")
        expect(state).not_to_have_text("en espera", timeout=START)

    def ended(self, index: int) -> Ran:
        """Espera a que una celda acabe y dice cómo."""
        cell = self.cells.nth(index)
        state = cell.locator(".pestana-estado")
        expect(state).to_have_text(_any(ENDED), timeout=CELL)
        return Ran(state.inner_text(), cell.locator(".pestana-salida").inner_text())

    def write(self, index: int, code: str) -> None:
        """Cambia el código de una celda con el editor, como quien selecciona todo y pega."""
        self.press(index, "edit")
        self.cells.nth(index).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)

    def run(self, index: int, code: str | None = None) -> Ran:
        """Escribe, si se da, otro código en una celda; la ejecuta y dice cómo acabó."""
        if code is not None:
            self.write(index, code)
        cell = self.cells.nth(index)
        # Una celda rápida acaba antes de que se la vea en marcha: lo que dice que es otra es su salida.
        cell.locator(".pestana-salida").evaluate_all("all => all.forEach(each => each.dataset.antes = 1)")
        self.press(index)
        expect(cell.locator(".pestana-salida:not([data-antes])")).to_have_count(1, timeout=CELL)
        return self.ended(index)


def _any(texts: tuple[str, ...]) -> object:
    import re

    return re.compile("^(" + "|".join(map(re.escape, texts)) + ")$")
