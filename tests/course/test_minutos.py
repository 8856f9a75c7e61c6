"""Los minutos de clase que anuncia cada capítulo salen de contar su página.

La cuenta de la clase supone principiantes que predicen por escrito, y no es más exacta que cinco minutos.
"""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import prosa
import pytest
from test_chapters import CHAPTERS, EXERCISE, PICK_UP, tags

ROOT = Path(__file__).resolve().parents[2]

WORDS_PER_MINUTE = 120
"""Leyendo juntos y explicando."""
CELL, CHECK, PREDICTION = 0.6, 0.2, 1.5
"""Minutos de una celda que se ejecuta y se comenta, de una que solo comprueba y de una predicción escrita."""
LONGEST = 45
STEP = 5

TIMED = [page for page in CHAPTERS if "\ntiempo:" in page.read_text(encoding="utf-8")]


def lesson_minutes(page: Path) -> float:
    """Lo que dura la clase de un capítulo, sin sus ejercicios."""
    text = page.read_text(encoding="utf-8")
    prose = text.partition("\n## Ejercicios\n")[0]
    words = sum(len(paragraph.split()) for _, paragraph in prosa.paragraphs(prose))
    minutes = words / WORDS_PER_MINUTE + PREDICTION * text.count("```{prediccion}")
    for cell in jupytext.read(page).cells:
        if cell.cell_type == "code" and not {EXERCISE, PICK_UP} & set(tags(cell)):
            minutes += CHECK if cell.source.startswith("# comprueba:") else CELL
    return minutes


def announced(page: Path) -> int:
    """Los minutos de la ficha."""
    found = re.search(r"^tiempo: (\d+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert found
    return int(found[1])


@pytest.mark.parametrize("page", TIMED, ids=[page.stem for page in TIMED])
def test_minutes_are_the_ones_that_add_up(page: Path) -> None:
    """La ficha y la cuenta dicen lo mismo, y ningún capítulo pasa de `LONGEST`."""
    counted = lesson_minutes(page)
    assert abs(announced(page) - counted) <= STEP, f"{page.name}: la cuenta da {counted:.0f}"
    assert announced(page) <= LONGEST, f"{page.name}: demasiado para una clase"


MORNING, FOR_EXERCISES = 200, 60
"""Minutos de una mañana sin descansos, y los que como poco quedan en ella para ejercicios."""

PLAN = re.compile(r"^\| ([^|]+) \| (\[\d.+\.md\)) \| (\d+) \|$", re.MULTILINE)
PLANS = PLAN.findall((ROOT / "book/guia-docente.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("when", "chapters", "minutes"), PLANS, ids=[when for when, _, _ in PLANS])
def test_a_morning_adds_up_and_fits(when: str, chapters: str, minutes: str) -> None:
    """Los minutos de cada mañana de la guía son los de sus capítulos, y dejan sitio a los ejercicios."""
    pages = [ROOT / "book" / name for name in re.findall(r"\]\((.+?)\)", chapters)]
    assert int(minutes) == sum(announced(page) for page in pages), when
    assert int(minutes) <= MORNING - FOR_EXERCISES, when


def test_the_mornings_give_every_numbered_chapter() -> None:
    """Las demás, seguidas, son los capítulos numerados del índice, en su orden."""
    given = [name for _, chapters, _ in PLANS[1:] for name in re.findall(r"\]\((.+?)\.md\)", chapters)]
    assert given == [page.stem for page in CHAPTERS if page.stem[:2].isdigit()]
