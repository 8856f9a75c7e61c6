"""Los ejercicios en la pestaña: la solución pasa y cada respuesta equivocada recibe su diagnóstico."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from reader import Reader

from muelle import exercises
from muelle.exercises import Exercise

pytestmark = pytest.mark.timeout(5400)

SAMPLE = (
    "cuantas-capas",
    "calcula-el-diffid",
    "que-codigo",
    "marca-de-borrado",
    "ficha-del-motor",
    "dockerignore",
)
"""Los que se prueban siempre; con MUELLE_PESTANA=todo, todos."""

PAGE = "book/01-arquitectura.html"
LAST = """
for cada in muelle.connect().containers.list(all=True):
    cada.remove(force=True)
print("RESULTADO", resultado.outcome.name, resultado.diagnosis is not None)
"""


def chosen() -> list[Exercise]:
    every = exercises.load()
    if os.environ.get("MUELLE_PESTANA") == "todo":
        return list(every)
    return [exercise for exercise in every if exercise.slug in SAMPLE]


def cell(exercise: Exercise, answer: Path) -> str:
    """La celda de quien responde eso y quiere ver cómo acaba."""
    text = answer.read_text("utf-8")
    if answer.suffix != ".py":
        text = f'respuesta = r"""\n{text}"""\n'
    given = f'"{exercise.slug}", respuesta' if exercise.answer else f'"{exercise.slug}"'
    first = f'import muelle\nclient = muelle.connect()\nvalores = muelle.values("{exercise.slug}")\n'
    return f"{first}{text}\nresultado = muelle.check({given})\n{LAST}"


@pytest.fixture(scope="module")
def reader(chromium: Browser, address: str) -> Iterator[Reader]:
    """Una pestaña con su motor en marcha."""
    reader = Reader(chromium, f"{address}/{PAGE}")
    reader.start(0)
    assert reader.ended(0).state == "hecha"
    yield reader
    reader.context.close()


@pytest.mark.parametrize("exercise", chosen(), ids=lambda exercise: exercise.slug)
def test_the_solution_passes_and_each_mistake_is_diagnosed(reader: Reader, exercise: Exercise) -> None:
    (solution,) = exercise.folder.glob("solution.*")
    ran = reader.run(1, cell(exercise, solution))
    assert "RESULTADO SOLVED" in ran.output, ran.output
    for name in json.loads((exercise.folder / "wrong/wrong.json").read_text("utf-8")):
        ran = reader.run(1, cell(exercise, exercise.folder / "wrong" / name))
        assert "RESULTADO WRONG True" in ran.output, f"{name}: {ran.output}"
    saved = json.loads(reader.page.evaluate("localStorage.getItem('muelle-progreso')"))
    assert saved["exercises"][exercise.slug]["solved"]
