"""Capítulos ejecutados en la pestaña, celda a celda, pulsando como quien lee."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import sitio
from playwright.sync_api import Browser
from reader import Reader

pytestmark = pytest.mark.timeout(5400)

SAMPLE = ("book/01-arquitectura.html", "book/02-la-conversacion.html")
"""Los que se prueban siempre; con MUELLE_PESTANA=todo, todos."""


def chapters() -> list[str]:
    if os.environ.get("MUELLE_PESTANA") != "todo":
        return list(SAMPLE)
    folder = sitio.built_site()
    return [
        page for page in sitio.chapters(folder) if "pestana/cargador.js" in (folder / page).read_text("utf-8")
    ]


@pytest.mark.parametrize("page", chapters())
def test_every_cell_runs_in_the_tab(chromium: Browser, address: str, site: Path, page: str) -> None:
    assert (site / page).is_file()
    reader = Reader(chromium, f"{address}/{page}")
    last = reader.cells.count() - 1
    reader.start(last, "until")
    failed = []
    for index in range(last + 1):
        ran = reader.ended(index)
        assert "En tu pestaña: Docker Engine" in ran.output
        if ran.state != "hecha":
            failed.append(f"celda {index + 1}: {ran.output}")
            if index < last:
                reader.press(last, "until")
    reader.context.close()
    assert not failed, "\n".join(failed)
    assert not reader.errors
