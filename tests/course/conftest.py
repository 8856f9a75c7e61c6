"""El sitio construido y el navegador, para las pruebas que los usan."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sitio
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def site() -> Path:
    """La carpeta del sitio construido."""
    return sitio.built_site()


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """El sitio, servido dentro de una carpeta."""
    with sitio.served(site) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=sitio.CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()
