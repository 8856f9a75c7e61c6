"""El sitio con la pestaña y los navegadores que la prueban."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "course"))

import sitio

expect.set_options(timeout=60_000)  # milisegundos: en una máquina ocupada, traer un programa es lento


@pytest.fixture(scope="session")
def site() -> Path:
    """La carpeta del sitio, hecho con `libro --pestana`. Si falta, la prueba falla: no se salta."""
    folder = sitio.built_site()
    if not (folder / "servicio.js").is_file():
        pytest.fail("Ese sitio no lleva la pestaña: constrúyelo con `./curso libro --pestana`.")
    return folder


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """El sitio, servido dentro de una carpeta."""
    with sitio.served(site) as url:
        yield url


@pytest.fixture(scope="session")
def play() -> Iterator[Playwright]:
    """Playwright, uno para todas las pruebas."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(play: Playwright) -> Iterator[Browser]:
    """Chromium."""
    browser = play.chromium.launch(executable_path=sitio.CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()
