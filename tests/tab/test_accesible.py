"""El panel y los botones de las celdas, mirados con axe-core: en el teléfono y en oscuro."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Browser, Locator, expect
from reader import Reader

PAGE = "book/01-arquitectura.html"
OURS = ("div.cell", ".pestana-panel")
AXE = Path(AXE_FILE_PATH).read_text("utf-8")
CHECK = "ours => axe.run({include: ours}, {resultTypes: ['violations']})"

pytestmark = pytest.mark.timeout(900)


def fits(box: Locator) -> bool:
    """Si una caja cabe entera a lo ancho de la ventana."""
    wide: bool = box.evaluate("box => box.scrollWidth <= window.innerWidth")
    return wide


@pytest.mark.parametrize(("width", "theme"), [(390, "light"), (390, "dark"), (1280, "dark")])
def test_asking_and_editing_has_no_fault(
    chromium: Browser, address: str, tmp_path: Path, width: int, theme: str
) -> None:
    size = {"width": width, "height": 844}
    context = chromium.new_context(locale="es-ES", viewport=size, color_scheme=theme)  # type: ignore[arg-type]
    reader = Reader(chromium, f"{address}/{PAGE}", context)
    reader.write(1, "mi_celda = 1")
    reader.press(0)
    expect(reader.says).to_be_visible()
    reader.page.evaluate(AXE)
    faults = reader.page.evaluate(CHECK, OURS)["violations"]
    reader.page.screenshot(path=tmp_path / f"pregunta-{width}-{theme}.png")
    assert [(fault["id"], [node["target"] for node in fault["nodes"]]) for fault in faults] == []
    assert fits(reader.page.locator(".pestana-panel"))
    context.close()
