"""Lo que corrige sin motor: leer cuadernos de extraños, las reglas del guardián y el informe."""

from __future__ import annotations

import csv
import json
import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from muelle import exercises
from muelle.errors import MuelleError, NotFound
from muelle.exercises import Diagnosis, Exercise, Outcome, Result
from muelle.grading import grade
from muelle.grading.clock import Clock
from muelle.grading.folder import Entry, collect, shown, student_of
from muelle.grading.report import write
from muelle.grading.submission import BadNotebook, read, shipped
from muelle.grading.values import Foreign, decoded, unquoted
from muelle.grading.verdicts import MOST_TEXT, from_result, syntax, untouched
from muelle.grading.wall.numbers import layout


def _notebook(path: Path, *sources: str, outputs: str = "", language: str = "python") -> Path:
    html = {"output_type": "display_data", "data": {"text/html": outputs}, "metadata": {}}
    cells = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [html] if outputs else []}
        for source in sources
    ]
    metadata = {"kernelspec": {"name": "x", "language": language}, "muelle": {"capitulo": "01-arquitectura"}}
    data = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "source",
    [
        'respuesta = 3\nmuelle.check("cuantas-capas", respuesta + 1)',
        'from muelle import check\ncheck("cuantas-capas", respuesta + 1)',
        'import muelle as m\nm.check("cuantas-capas", answer=respuesta + 1)',
    ],
)
def test_a_call_to_check_is_seen_whatever_its_name(tmp_path: Path, source: str) -> None:
    (cell,) = read(_notebook(tmp_path / "a.ipynb", source)).cells
    assert cell.calls == (("cuantas-capas", "respuesta + 1"),)
    assert cell.source == source


def test_the_exercise_is_known_by_its_metadata(tmp_path: Path) -> None:
    """Aunque la llamada se haya borrado, o no sea Python."""
    path = _notebook(tmp_path / "a.ipynb", "respuesta = {“a”: 1}")
    data = json.loads(path.read_text(encoding="utf-8"))
    data["cells"][0]["metadata"] = {"muelle": {"ejercicio": "cuantas-capas"}}
    path.write_text(json.dumps(data), encoding="utf-8")
    (cell,) = read(path).cells
    assert cell.slugs == ("cuantas-capas",)
    assert cell.answer("cuantas-capas") == "respuesta"


def test_a_cell_of_the_course_is_known(tmp_path: Path) -> None:
    """Da igual con qué programa se guardara; y un nombre de capítulo no lleva a otra carpeta."""
    _notebook(tmp_path / "01-uno.ipynb", "!docker ps", "a = 1\nb = 2")
    mine = read(_notebook(tmp_path / "ana.ipynb", "!docker ps", "a = 1\nb = 2", "a = 3"))
    course = shipped(tmp_path, "01-uno")
    assert [cell.source in course for cell in mine.cells] == [True, True, False]
    for name in ("", "02-dos", "../01-uno", "/etc/passwd"):
        assert shipped(tmp_path / "otra", name) == frozenset()


def test_two_checks_in_a_cell_are_two(tmp_path: Path) -> None:
    source = 'muelle.check("cuantas-capas", a)\nmuelle.check("que-codigo", b)'
    (cell,) = read(_notebook(tmp_path / "a.ipynb", source)).cells
    assert cell.slugs == ("cuantas-capas", "que-codigo")
    assert (cell.answer("cuantas-capas"), cell.answer("que-codigo")) == ("a", "b")


def test_seed_rounds_and_tries_come_from_the_outputs(tmp_path: Path) -> None:
    marks = '<div data-muelle="cuantas-capas|abc1:2|5"></div><div data-muelle="que-codigo|abc1:0|1"></div>'
    submission = read(_notebook(tmp_path / "a.ipynb", "1", outputs=marks))
    assert submission.seed == "abc1"
    assert submission.rounds == {"cuantas-capas": 2, "que-codigo": 0}
    assert submission.tries == {"cuantas-capas": 5, "que-codigo": 1}


def test_a_forged_mark_is_not_code(tmp_path: Path) -> None:
    marks = '<div data-muelle="x|../../etc:0|1"></div>'
    assert read(_notebook(tmp_path / "a.ipynb", "1", outputs=marks)).seed == ""


def test_shell_shortcuts_do_not_hide_the_exercise(tmp_path: Path) -> None:
    """Un ejercicio de estado se puede hacer con `!docker …` en la misma celda que lo comprueba."""
    source = '!docker run -d muelle/base sleep 600\n%time 1 + 1\nmuelle.check("parar-no-borra")'
    (cell,) = read(_notebook(tmp_path / "a.ipynb", source)).cells
    assert cell.slugs == ("parar-no-borra",)


@pytest.mark.parametrize(
    "source", ['muelle.check("x"', "muelle.check\0", "!\0 muelle.check(", "(" * 500 + "muelle.check"]
)
def test_a_cell_that_is_not_code_is_left_as_it_is(tmp_path: Path, source: str) -> None:
    (cell,) = read(_notebook(tmp_path / "a.ipynb", source)).cells
    assert not cell.slugs
    assert cell.source == source


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_an_editor_s_encoding_is_not_damage(tmp_path: Path, encoding: str) -> None:
    path = _notebook(tmp_path / "a.ipynb", "ñ = 1")
    text = json.dumps(json.loads(path.read_text(encoding="utf-8")), ensure_ascii=False)
    path.write_bytes(text.encode(encoding))
    (cell,) = read(path).cells
    assert cell.source == "ñ = 1"


def test_the_old_format_is_converted(tmp_path: Path) -> None:
    marks = '<div data-muelle="cuantas-capas|abc1:2|5"></div>'
    outputs = [{"output_type": "pyout", "html": [marks]}]
    cells = [{"cell_type": "code", "language": "python", "input": ["a = 1\n", "b"], "outputs": outputs}]
    data = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps(data), encoding="utf-8")
    submission = read(path)
    assert submission.cells[0].source == "a = 1\nb"
    assert submission.seed == "abc1"
    assert "nbformat 3" in submission.note


def test_a_heavy_notebook_is_read_without_its_outputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    marks = '<div data-muelle="cuantas-capas|abc1:2|5"></div>'
    path = _notebook(tmp_path / "a.ipynb", "1", outputs=marks)
    monkeypatch.setattr("muelle.grading.submission.HEAVY_BYTES", 100)
    submission = read(path)
    assert (submission.seed, len(submission.cells)) == ("", 1)
    assert "sin mirar sus salidas" in submission.note


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"cells": 3}',
        '{"cells": [{}]}',
        '{"cells": [{"cell_type": "code"}]}',
        "[" * 100_000,
    ],
    ids=["vacío", "a-medias", "lista", "nulo", "cells-número", "celda-vacía", "sin-source", "anidado"],
)
def test_a_broken_notebook_is_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadNotebook, match="dañado"):
        read(path)


def test_another_kernel_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadNotebook, match="«R»"):
        read(_notebook(tmp_path / "a.ipynb", "1", language="R"))


def test_there_are_places_for_as_many_as_numbers() -> None:
    """Nadie comparte número con otro puesto, ni con el motor de otro, tenga quien corrige muchos o pocos."""
    for text in ("0 0 4294967295\n", "0 1000 1\n1 100000 65536\n", "0 1000 1\n1 100000 8192\n"):
        found = layout(text)
        assert found.places >= 4
        users = range(found.first, found.first + 2 * found.places)
        inner = range(found.inner, found.inner + found.places * found.each)
        top = max(int(line.split()[0]) + int(line.split()[2]) for line in text.splitlines())
        assert not set(users) & {inner[0], inner[-1]}
        assert 0 < users[0] < users[-1] < top
        assert inner[-1] < top
        assert found.each > 1000
    with pytest.raises(MuelleError, match="no se puede apartar"):
        layout("0 1000 1\n")


def test_no_notebooks_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no hay ningún cuaderno"):
        grade(tmp_path, tmp_path / "informe")
    with pytest.raises(NotFound, match="No encuentro"):
        grade(tmp_path / "no", tmp_path / "informe")


def _entries(folder: Path, target: Path) -> dict[str, Entry]:
    target.mkdir()
    return {entry.name: entry for entry in collect(folder, target, folder / "informe")}


def test_every_file_of_the_folder_is_accounted_for(tmp_path: Path) -> None:
    folder = tmp_path / "entregas"
    (folder / "Pérez_Ana_77_assignsubmission_file_").mkdir(parents=True)
    (folder / "informe").mkdir()
    (folder / "carpeta.ipynb").mkdir()
    for name in ("a.ipynb", "b.IPYNB", "c.ipynb.txt", "d.ipynb.json", "notas.docx", "informe/informe.html"):
        (folder / name).write_text("x", encoding="utf-8")
    (folder / "Pérez_Ana_77_assignsubmission_file_" / "01.ipynb").write_text("x", encoding="utf-8")
    (folder / "e.ipynb").symlink_to("/etc/passwd")
    (folder / "enlace").symlink_to("/")
    os.mkfifo(folder / "f.ipynb")
    with zipfile.ZipFile(folder / "rosa.zip", "w") as archive:
        for name in ("g.ipynb", "../../h.ipynb", "/i.ipynb", "otra.txt", "__MACOSX/._g.ipynb"):
            archive.writestr(name, "x")
    (folder / "roto.zip").write_bytes(b"PK\x03\x04x")
    found = _entries(folder, tmp_path / "copias")
    good = {name for name, entry in found.items() if entry.copy}
    assert good == {
        *("a.ipynb", "b.IPYNB", "c.ipynb.txt", "d.ipynb.json"),
        "Pérez_Ana_77_assignsubmission_file_/01.ipynb",
        *("rosa.zip/g.ipynb", "rosa.zip/../../h.ipynb", "rosa.zip//i.ipynb"),
    }
    assert {name for name, entry in found.items() if entry.problem} == {"e.ipynb", "f.ipynb", "roto.zip"}
    assert {name for name, entry in found.items() if entry.ignored} == {
        *("notas.docx", "enlace", "rosa.zip/otra.txt", "rosa.zip/__MACOSX/._g.ipynb")
    }
    assert all((tmp_path / "copias") in entry.copy.parents for entry in found.values() if entry.copy)
    assert found["Pérez_Ana_77_assignsubmission_file_/01.ipynb"].student == "Pérez Ana"


@pytest.mark.parametrize(
    ("name", "student", "late"),
    [
        ("ana.ipynb", "ana", False),
        ("ana/01-arquitectura.ipynb", "ana", False),
        ("31-luis.ipynb.txt", "31-luis", False),
        ("todo.zip/Gil Ruiz_Eva_12_assignsubmission_file_/a.ipynb", "Gil Ruiz Eva", False),
        ("gileva_LATE_1234_56789_01-arquitectura.ipynb", "gileva", True),
        ("gileva_1234_56789_01-arquitectura-1.ipynb", "gileva", False),
        ("33-zip-de-rosa.zip/rosa/01.ipynb", "33-zip-de-rosa", False),
    ],
)
def test_whose_it_is(name: str, student: str, late: bool) -> None:
    assert student_of(name) == (student, late)


def test_a_bomb_in_a_zip_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("muelle.grading.folder.MOST_BYTES", 1000)
    folder = tmp_path / "entregas"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.ipynb", "x" * 2000)
        archive.writestr("b.ipynb", "x")
    found = _entries(folder, tmp_path / "copias")
    assert "demasiado" in found["a.zip/a.ipynb"].problem
    assert found["a.zip/b.ipynb"].copy


@pytest.mark.parametrize("text", ["[" * 100_000, "x", "'a", "1 + 1", "'a' 'b'", "'a'\n", "'" + "x" * 500_000])
def test_what_the_kernel_says_is_only_a_text(text: str) -> None:
    with pytest.raises(ValueError, match="respuesta"):
        unquoted(text)


def test_a_value_comes_out_as_it_was() -> None:
    assert decoded(unquoted(repr('{"a": [1, "x"]}'))) == {"a": [1, "x"]}
    assert decoded('{"__puntos__": 1}') is ...
    assert decoded('{"__tipo__": "set"}') == Foreign("set")
    with pytest.raises(ValueError, match="leer"):
        decoded("[" * 100_000)


@pytest.mark.parametrize("exercise", exercises.load(), ids=lambda each: each.slug)
def test_an_untouched_cell_is_known_in_every_exercise(exercise: Exercise, tmp_path: Path) -> None:
    source = f"import muelle\n\n{exercises.cell(exercise.slug)}  \n"
    (cell,) = read(_notebook(tmp_path / "a.ipynb", source)).cells
    assert untouched(cell, exercise)
    (other,) = read(_notebook(tmp_path / "b.ipynb", source + "x = 1\n")).cells
    assert not untouched(other, exercise)


def test_what_is_not_python_is_said_so() -> None:
    said = syntax("La celda falló: SyntaxError: invalid character '“' (U+201C) (line 3)")
    assert "no es Python" in said
    assert "comillas tipográficas" in said
    assert syntax("La celda falló: NameError: x") == ""


def test_the_clock_stops_while_the_corrector_works() -> None:
    clock = Clock()
    with clock:
        before = clock.now()
        sum(range(2_000_000))
        assert clock.now() == before


def test_the_clock_goes_slowly_on_a_busy_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Con cuatro procesos listos por procesador, un segundo de pared es un cuarto de trabajo."""
    load = tmp_path / "loadavg"
    load.write_text(f"9.0 9.0 9.0 {4 * (os.cpu_count() or 1)}/300 1\n", encoding="ascii")
    monkeypatch.setattr("muelle.grading.clock._LOAD", load)
    moments = iter([0.0, *(float(second) for second in range(1, 101))])
    monkeypatch.setattr("muelle.grading.clock.time.monotonic", lambda: next(moments))
    clock = Clock()
    worked = [clock.now() for _ in range(100)][-1]
    assert 24 < worked < 28


@dataclass(frozen=True)
class _Row:
    student: str
    notebook: str
    result: dict[str, Any]
    seed_shared_with: tuple[str, ...] = ()


def _verdict(outcome: str, **more: Any) -> dict[str, Any]:
    blank = {"found": "", "expected": "", "why": "", "message": "", "tries": 0}
    return {"slug": "cuantas-capas", "title": "¿Cuántas?", "outcome": outcome, **blank, **more}


def test_report_says_who_is_stuck_where(tmp_path: Path) -> None:
    rows = [
        _Row("ana", "ana.ipynb", {"verdicts": [_verdict("SOLVED", tries=2)], "seed": "a"}),
        _Row(
            "=eva()", "eva.ipynb", {"verdicts": [_verdict("WRONG", found="<b>dos")], "seed": "b"}, ("luis",)
        ),
        _Row("luis", "luis.ipynb", {"problem": "El archivo no es un cuaderno.", "retry": True}),
    ]
    table, page = write(tmp_path, rows, exposed="Con tu mismo usuario: <todo>.")
    with table.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream, delimiter=";"))
    assert [line["resuelto"] for line in lines] == ["sí", "no", "no"]
    assert lines[0]["intentos"] == "2"
    assert lines[1]["estudiante"] == "'=eva()", "una hoja de cálculo no debe ejecutar un nombre"
    assert lines[1]["mismos valores que"] == "luis"
    assert lines[2]["problema del cuaderno"] == "El archivo no es un cuaderno."
    text = page.read_text(encoding="utf-8")
    assert "1 de 2" in text
    assert "&lt;b&gt;dos" in text
    assert "<b>dos" not in text
    assert "Con tu mismo usuario: &lt;todo&gt;." in text
    assert "sin privilegios" not in text
    assert "repite la misma orden" in text
    assert "http" not in text, "la página no pide nada a nadie"


def test_what_is_not_text_does_not_stop_the_report(tmp_path: Path) -> None:
    """Ni el nombre de un archivo en latin-1 (un zip hecho en Windows) ni una respuesta con medio carácter."""
    name = shown(Path(os.fsdecode(b"Mu\xf1oz.ipynb")))
    rows = [_Row(name, name, {"verdicts": [_verdict("WRONG", found="\ud800x")], "seed": "a"})]
    table, page = write(tmp_path, rows, exposed="")
    assert "Mu\N{REPLACEMENT CHARACTER}oz" in table.read_text(encoding="utf-8-sig")
    assert "\\ud800x" in table.read_text(encoding="utf-8-sig")
    assert "\\ud800x" in page.read_text(encoding="utf-8")


def test_a_quoted_answer_is_cut() -> None:
    """Una respuesta enorme no deja una celda que la hoja de cálculo no pueda abrir."""
    reasons = Diagnosis("x" * 100_000, "y" * 100_000, "porque sí")
    verdict = from_result(Result("a", "A", Outcome.WRONG, reasons), 1)
    assert len(verdict.found) == len(verdict.expected) == MOST_TEXT
