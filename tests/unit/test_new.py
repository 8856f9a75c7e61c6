"""`nuevo`: lo que escribe se lee, está en su sitio y pasa las pruebas de lo ya escrito."""

from __future__ import annotations

import shutil
from pathlib import Path

import jupytext
import pytest

from muelle import exercises
from muelle.cli import contents, new
from muelle.errors import MuelleError
from muelle.exercises import Outcome, evaluate
from muelle.exercises.run import read_answer
from muelle.notebooks import notebook

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Una copia de lo que toca `nuevo`."""
    shutil.copy(ROOT / "_toc.yml", tmp_path)
    shutil.copytree(ROOT / "book", tmp_path / "book")
    shutil.copytree(ROOT / "exercises", tmp_path / "exercises")
    monkeypatch.setenv("MUELLE_EJERCICIOS", str(tmp_path / "exercises"))
    return tmp_path


def test_the_pages_are_those_of_the_index() -> None:
    pages = contents.pages(ROOT / "_toc.yml")
    assert {f"{Path(page).name}.md" for page in pages} == {path.name for path in (ROOT / "book").glob("*.md")}
    assert len(set(pages)) == len(pages)


def test_the_chapters_are_numbered_one_by_one_and_in_order() -> None:
    numbers = [contents.number(chapter) for chapter in contents.chapters(ROOT / "_toc.yml")]
    assert numbers == list(range(1, len(numbers) + 1))


def test_every_exercise_is_of_a_chapter_that_exists() -> None:
    known = {Path(page).name for page in contents.pages(ROOT / "_toc.yml")}
    assert {each.chapter for each in exercises.load()} <= known


def test_a_new_chapter_is_the_next_one(course: Path) -> None:
    before = contents.chapters(course / "_toc.yml")
    page, _, guide = new.chapter("redes-y-puertos", course)
    after = contents.chapters(course / "_toc.yml")
    assert after == [*before, f"{len(before) + 1:02d}-redes-y-puertos"]
    assert page == course / "book" / f"{after[-1]}.md"
    assert "# Redes y puertos" in page.read_text(encoding="utf-8")
    assert f"\n{after[-1]}: La pregunta" in guide.read_text(encoding="utf-8")
    assert notebook(page.read_text(encoding="utf-8"), page.stem)["cells"]


@pytest.mark.parametrize("chapter", ["09-parar", "nuevo"])
def test_a_new_exercise_already_works(course: Path, chapter: str) -> None:
    if chapter == "nuevo":
        chapter = new.chapter("un-asunto-nuevo", course)[0].stem
    new.exercise("dobla-el-puerto", chapter, course)
    exercise = exercises.get("dobla-el-puerto")
    assert exercise.chapter == chapter
    assert exercise == [each for each in exercises.load() if each.chapter == chapter][-1]
    text = (course / "book" / f"{chapter}.md").read_text(encoding="utf-8")
    cells = [
        cell.source for cell in jupytext.reads(text, "md:myst").cells if "ejercicio" in str(cell.metadata)
    ]
    assert cells[-1] == exercises.cell("dobla-el-puerto")
    answers = {path.stem: path for path in exercise.folder.rglob("*.py") if path.stem != "check"}
    outcomes = {}
    for stem in ("starter", "solution", "el-mismo", "el-triple"):
        answer = read_answer(exercise, answers[stem], _nobody, "x:0")
        outcomes[stem] = evaluate(exercise, answer, _nobody, "x:0").outcome
    assert outcomes.pop("solution") is Outcome.SOLVED
    assert Outcome.SOLVED not in outcomes.values()


def _nobody() -> object:
    raise AssertionError("este ejercicio no habla con el motor")


@pytest.mark.parametrize("name", ["", "Redes", "con espacio", "../fuera", "ñandú", "parar"])
def test_a_bad_name_writes_nothing(course: Path, name: str) -> None:
    before = sorted(course.rglob("*"))
    with pytest.raises(MuelleError):
        new.chapter(name, course)
    if name != "parar":
        with pytest.raises(MuelleError):
            new.exercise(name, "09-parar", course)
    assert sorted(course.rglob("*")) == before


def test_an_exercise_that_exists_or_a_chapter_that_does_not_is_said(course: Path) -> None:
    taken = exercises.load()[0].slug
    with pytest.raises(MuelleError, match="Ya hay un ejercicio"):
        new.exercise(taken, "09-parar", course)
    with pytest.raises(MuelleError, match="No hay ningún capítulo «99-nada»"):
        new.exercise("otro", "99-nada", course)
