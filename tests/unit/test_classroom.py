"""`clase`: lo del estudiante no se pisa nunca."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbclient
import nbformat
import pytest

from muelle.cli import lab, welcome
from muelle.cli.classroom import ASIDE, RECORD, door, hand_out, opening, reset
from muelle.errors import NotFound
from patience import PATIENCE


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


def test_the_token_is_not_in_the_order_of_the_browser(tmp_path: Path) -> None:
    """Se abre una página que solo lee esta persona, y es ella la que lleva a la dirección con su token."""
    address = "http://127.0.0.1:8888/lab?token=abc&x=1"
    page = door(address, tmp_path / "nueva")
    assert "abc" not in page.as_uri()
    assert "token=abc&amp;x=1" in page.read_text(encoding="utf-8")
    if os.name == "posix":
        assert page.stat().st_mode & 0o077 == 0
    assert door(address, tmp_path / "nueva") == page, "también la segunda vez"


def notebook(source: str, **more: object) -> str:
    """Un cuaderno con una celda."""
    cell = {"cell_type": "code", "source": source, "outputs": [], "metadata": {}, "execution_count": None}
    return json.dumps({"cells": [cell], "nbformat": 4, "nbformat_minor": 5, "metadata": {}, **more})


def test_opening_and_saving_is_not_a_change(course: Path, work: Path) -> None:
    """JupyterLab reescribe el formato y los metadatos de lo que guarda."""
    (course / "01.ipynb").write_text(notebook("1 + 1\n2"), encoding="utf-8")
    hand_out(course, work)
    saved = json.loads(notebook("", metadata={"kernelspec": {"name": "python3"}}))
    saved["cells"][0] |= {"source": ["1 + 1\n", "2"], "id": "abc"}
    (work / "01.ipynb").write_text(json.dumps(saved, indent=1), encoding="utf-8")
    (course / "01.ipynb").write_text(notebook("1 + 2"), encoding="utf-8")
    assert hand_out(course, work).updated == ("01.ipynb",)


def test_the_class_opens_where_it_was_left(course: Path, work: Path) -> None:
    for name in ("01.ipynb", "02.ipynb"):
        (course / name).write_text(notebook(f"# {name}"), encoding="utf-8")
    hand_out(course, work)
    assert opening(work) == welcome.NAME
    (work / "02.ipynb").write_text(notebook("lo mío"), encoding="utf-8")
    assert opening(work) == "02.ipynb"
    (work / "01.ipynb").write_text(notebook("después"), encoding="utf-8")
    os.utime(work / "02.ipynb", (1, 1))
    assert opening(work) == "01.ipynb"


def test_the_welcome_is_a_map_and_says_what_comes_next(course: Path, work: Path) -> None:
    cells = [
        {"cell_type": "code", "source": ["# Busca el motor\n"]},
        {"cell_type": "markdown", "source": ["# El título\n", "texto"]},
    ]
    (course / "01.ipynb").write_text(json.dumps({"cells": cells}), encoding="utf-8")
    hand_out(course, work)
    welcome.write(work)
    page = welcome.page(work)
    assert "[El título](01.ipynb)" in page
    assert "Tu próximo ejercicio: «" in page
    assert json.loads((work / welcome.NAME).read_text("utf-8"))["metadata"]["kernelspec"]["name"] == "python3"
    assert hand_out(course, work).kept == ()


def test_a_personal_configuration_stays_out_of_the_class(tmp_path: Path) -> None:
    mine = {"JUPYTER_CONFIG_PATH": "/mío", "PYTHONPATH": "/mío", "IPYTHONDIR": "/mío", "PATH": "/bin"}
    given = lab.environment(mine, tmp_path)
    assert "/mío" not in given.values()
    assert given["PATH"] == "/bin"


def test_files_called_like_modules_do_not_stop_a_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Están en la carpeta de trabajo, donde se ejecutan los cuadernos."""
    names = ("json", "typing", "random", "socket", "docker", "muelle")
    for name in names:
        (tmp_path / f"{name}.py").write_text("raise SystemExit('el de la persona')\n", encoding="utf-8")
    (tmp_path / "deberes.py").write_text("hechos = True\n", encoding="utf-8")
    for name, value in lab.environment(os.environ, tmp_path / ".jupyter").items():
        monkeypatch.setenv(name, value)
    cell = nbformat.v4.new_code_cell(f"import {', '.join(names)}\nimport deberes\nprint(deberes.hechos)")
    notebook = nbformat.v4.new_notebook(cells=[cell])
    client = nbclient.NotebookClient(
        notebook,
        timeout=int(PATIENCE),
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    )
    client.execute()
    assert notebook.cells[0].outputs[0]["text"] == "True\n"


def test_the_class_is_in_spanish_without_touching_the_environment_of_the_course(tmp_path: Path) -> None:
    given = lab.environment({}, tmp_path)
    settings = Path(given["JUPYTER_CONFIG_DIR"]) / "labconfig" / "default_setting_overrides.json"
    assert json.loads(settings.read_text("utf-8")) == lab.SETTINGS
