"""`clase`: lo del estudiante no se pisa nunca."""

from __future__ import annotations

from pathlib import Path

import pytest

from muelle.cli.classroom import ASIDE, RECORD, hand_out, reset
from muelle.errors import NotFound


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "01.ipynb").write_text("uno v1", encoding="utf-8")
    (folder / "02.ipynb").write_text("dos v1", encoding="utf-8")
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "trabajo"


def test_the_first_time_everything_is_copied(course: Path, work: Path) -> None:
    assert hand_out(course, work).new == ("01.ipynb", "02.ipynb")
    assert (work / "01.ipynb").read_text(encoding="utf-8") == "uno v1"


def test_an_untouched_copy_follows_the_course(course: Path, work: Path) -> None:
    hand_out(course, work)
    (course / "01.ipynb").write_text("uno v2", encoding="utf-8")
    assert hand_out(course, work).updated == ("01.ipynb",)
    assert (work / "01.ipynb").read_text(encoding="utf-8") == "uno v2"


def test_a_changed_copy_is_never_overwritten(course: Path, work: Path) -> None:
    hand_out(course, work)
    (work / "01.ipynb").write_text("lo mío", encoding="utf-8")
    assert hand_out(course, work).kept == ()
    (course / "01.ipynb").write_text("uno v2", encoding="utf-8")
    assert hand_out(course, work).kept == ("01.ipynb",)
    assert (work / "01.ipynb").read_text(encoding="utf-8") == "lo mío"


@pytest.mark.parametrize("damage", ["no es json", "[1]", None])
def test_without_a_sound_record_copies_count_as_changed(course: Path, work: Path, damage: str | None) -> None:
    hand_out(course, work)
    if damage is None:
        (work / RECORD).unlink()
    else:
        (work / RECORD).write_text(damage, encoding="utf-8")
    (course / "02.ipynb").write_text("dos v2", encoding="utf-8")
    assert hand_out(course, work).kept == ("02.ipynb",)
    assert (work / "02.ipynb").read_text(encoding="utf-8") == "dos v1"


def test_files_of_the_student_survive(course: Path, work: Path) -> None:
    work.mkdir()
    (work / "01.ipynb").write_text("ya estaba aquí", encoding="utf-8")
    (work / "notas.txt").write_text("mías", encoding="utf-8")
    hand_out(course, work)
    assert (work / "01.ipynb").read_text(encoding="utf-8") == "ya estaba aquí"
    assert (work / "notas.txt").read_text(encoding="utf-8") == "mías"


def test_reset_keeps_the_old_copy_aside(course: Path, work: Path) -> None:
    hand_out(course, work)
    (work / "01.ipynb").write_text("lo mío", encoding="utf-8")
    aside = reset("01", course, work)
    assert aside is not None and aside.parent == work / ASIDE
    assert aside.read_text(encoding="utf-8") == "lo mío"
    assert (work / "01.ipynb").read_text(encoding="utf-8") == "uno v1"
    (work / "01.ipynb").write_text("otra vez", encoding="utf-8")
    reset("01.ipynb", course, work)
    assert len(list((work / ASIDE).iterdir())) == 2


@pytest.mark.parametrize("name", ["99", "../notebooks/01", ""])
def test_reset_of_an_unknown_notebook_is_one_sentence(course: Path, work: Path, name: str) -> None:
    with pytest.raises(NotFound, match="no tiene el cuaderno"):
        reset(name, course, work)
