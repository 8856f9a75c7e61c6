"""El informe de corregir, en Chromium: claro y oscuro, en escritorio y en teléfono, con teclado y papel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from navegador import axe_violations, open_page, overflow
from playwright.sync_api import Browser

from muelle import exercises
from muelle.grading.report import gradebook, write

VIEWS = [(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")]
A4 = 1032
"""Píxeles de ancho de una hoja A4 apaisada, con los márgenes que pide la página, a 96 por pulgada."""


@dataclass(frozen=True)
class _Row:
    student: str
    notebook: str
    result: dict[str, Any]
    seed_shared_with: tuple[str, ...] = ()


def _verdict(slug: str, title: str, outcome: str) -> dict[str, Any]:
    said = {"found": "una_palabra_sin_espacios_" * 9, "expected": "tres", "why": "porque sí", "message": ""}
    blank = dict.fromkeys(("found", "expected", "why", "message"), "")
    return {
        "slug": slug,
        "title": title,
        "outcome": outcome,
        "tries": 2,
        **(said if outcome == "WRONG" else blank),
    }


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Un informe con todos los ejercicios del curso y una fila de cada clase."""
    every = exercises.load()
    outcomes = {
        "Zoe": ["SOLVED"],
        "Ána": ["SOLVED", "WRONG", "UNANSWERED", "MISSING", "CRASHED", "TIMEOUT"],
        "beto": ["WRONG"],
    }
    rows = [
        _Row(
            name,
            f"{name}.ipynb",
            {
                "verdicts": [
                    _verdict(exercise.slug, exercise.title, each[number % len(each)])
                    for number, exercise in enumerate(every)
                ],
                "seconds": 1,
                "late": name == "beto",
                "denied": ["POST /images/load no se permite al corregir"],
                "apart": "Tuvo un motor de usar y tirar.",
            },
        )
        for name, each in outcomes.items()
    ]
    rows.append(_Row("rota", "rota.ipynb", {"problem": "El archivo está dañado.", "unreadable": True}))
    rows.append(_Row("sin", "sin.ipynb", {"problem": "Se cayó.", "retry": True}))
    folder = tmp_path_factory.mktemp("informe")
    book = gradebook(rows, points={exercise.slug: exercise.points for exercise in every})
    write(folder, rows, exposed="", ignored=("notas.docx",), book=book)
    return folder


@pytest.mark.parametrize(("width", "theme"), VIEWS, ids=[f"{width}-{theme}" for width, theme in VIEWS])
def test_the_report_is_clean(browser: Browser, report: Path, width: int, theme: str) -> None:
    found = []
    pages = [report / "informe.html", *sorted((report / "devoluciones").iterdir())[:1]]
    for path in pages:
        watched = open_page(browser, path.as_uri(), width, theme)
        watched.page.goto(path.as_uri())
        watched.page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        found += [f"{path.name}: {each}" for each in axe_violations(watched.page) + overflow(watched.page)]
        watched.page.context.close()
    assert found == []


def test_it_is_sorted_and_filtered_with_the_keyboard(browser: Browser, report: Path) -> None:
    page = open_page(browser, (report / "informe.html").as_uri()).page
    page.goto((report / "informe.html").as_uri())

    def names() -> list[str]:
        return [each.strip() for each in page.locator("#matriz tbody tr:visible th").all_inner_texts()]

    assert names() == ["Ána", "beto", "rota", "sin", "Zoe"]
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "nombre"
    page.keyboard.type("ana")
    assert names() == ["Ána"]
    assert page.locator("#dicho").inner_text() == "Se ven 1 de 5."
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "estado"
    page.keyboard.type("algo")
    assert names() == ["Ána", "beto"]
    page.keyboard.press("Home")
    assert len(names()) == 5
    while page.evaluate("document.activeElement.textContent") != "Puntos":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert names()[-1] == "Zoe"
    page.keyboard.press("Enter")
    assert names()[0] == "Zoe"
    assert page.locator("#matriz [aria-sort]").get_attribute("aria-sort") == "descending"
    page.context.close()


@pytest.mark.parametrize("count", [1, 36, 37, 69, 200])
def test_every_exercise_fits_on_paper(browser: Browser, tmp_path: Path, count: int) -> None:
    """Los que sean: los que no caben a lo ancho de una hoja van en otra tabla, con los mismos nombres."""
    titles = [f"Ejercicio {number}: cuánto ocupa lo que escribe" for number in range(count)]
    verdicts = [_verdict(f"e{number}", title, "SOLVED") for number, title in enumerate(titles)]
    rows = [_Row(name, f"{name}.ipynb", {"verdicts": verdicts, "seconds": 1}) for name in ("Ána", "beto")]
    book = gradebook(rows, points={verdict["slug"]: 1 for verdict in verdicts})
    write(tmp_path, rows, exposed="", ignored=(), book=book)
    page = open_page(browser, (tmp_path / "informe.html").as_uri(), A4).page
    page.goto((tmp_path / "informe.html").as_uri())
    page.locator("#nombre").fill("beto")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.scrollWidth") <= A4
    assert page.locator("details:not([open])").count() == 0
    sheets = page.locator("table.matriz:visible")
    printed = [sheet.locator("thead th").all_inner_texts() for sheet in sheets.all()]
    assert [title for sheet in printed for title in sheet[3:]] == titles
    assert {tuple(sheet[:3]) for sheet in printed} == {("Estudiante", "Estado", "Puntos")}
    assert {sheet.locator("tbody th:visible").inner_text() for sheet in sheets.all()} == {"beto"}
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert page.locator("table.matriz").count() == 1
    page.context.close()
