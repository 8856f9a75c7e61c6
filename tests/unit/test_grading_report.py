"""Las notas y sus páginas: quién está dónde, y qué no puede colar un estudiante."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from muelle.errors import MuelleError
from muelle.grading.report import (
    _cell,
    gradebook,
    read_adjustments,
    read_roster,
    summary,
    write,
    write_moodle,
)
from muelle.grading.report.people import key_of
from muelle.model.text import visible


@dataclass(frozen=True)
class _Row:
    student: str
    notebook: str
    result: dict[str, Any]
    seed_shared_with: tuple[str, ...] = ()


def _verdict(slug: str, outcome: str, **more: Any) -> dict[str, Any]:
    blank = {"found": "", "expected": "", "why": "", "message": "", "tries": 0}
    return {"slug": slug, "title": slug.upper(), "outcome": outcome, **blank, **more}


ROWS = [
    _Row(
        "Ana Pérez", "a", {"verdicts": [_verdict("uno", "SOLVED"), _verdict("dos", "SOLVED")], "seconds": 1}
    ),
    _Row("beto", "b1", {"verdicts": [_verdict("uno", "WRONG")], "seconds": 1}),
    _Row("beto", "b2", {"verdicts": [_verdict("dos", "SOLVED")], "seconds": 1, "late": True}),
    _Row("celia", "c", {"problem": "Está dañado.", "unreadable": True, "left": ["la red x (la usa y)"]}),
    _Row("dani", "d", {"problem": "Se cayó.", "retry": True}),
]
POINTS = {"dos": 3.0, "uno": 1.0}


def test_who_is_where() -> None:
    book = gradebook(ROWS, points=POINTS)
    assert book.slugs == ("dos", "uno")
    assert {line.student: line.state for line in book.lines} == {
        "Ana Pérez": "todo resuelto",
        "beto": "algo por resolver",
        "celia": "no se pudo leer",
        "dani": "sin corregir",
    }
    assert (book.line("beto").points, book.line("beto").possible) == (3, 4)
    assert book.line("beto").late


def test_the_roster_says_who_is_missing(tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_bytes(
        "Nombre;Apellido(s);Dirección de correo\nAna;PÉREZ;ana@x\nEva;Gil;beto@x\nLuz;Sol;l@x\n".encode(
            "cp1252"
        )
    )
    book = gradebook(ROWS, roster=read_roster(path))
    assert [line.student for line in book.lines if line.state == "no entregó"] == ["Luz Sol"]
    person = book.line("beto").person
    assert person
    assert person.name == "Eva Gil", "se le reconoce por su correo"


def test_a_roster_without_names_is_said(tmp_path: Path) -> None:
    path = tmp_path / "lista.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(MuelleError, match="estudiante"):
        read_roster(path)
    with pytest.raises(MuelleError, match="No se puede leer"):
        read_roster(tmp_path / "no.csv")


def test_names_are_the_same_in_any_order() -> None:
    assert key_of("Pérez, Ana") == key_of("ana PEREZ")


def test_a_teacher_s_changes_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "ajustes.csv"
    assert read_adjustments(path).found == {}
    path.write_text(
        "estudiante;ejercicio;puntos;comentario\nBETO;uno;0,5;casi\nbeto;;;muy bien\n", encoding="utf-8"
    )
    before = path.read_bytes()
    book = gradebook(ROWS, points=POINTS, adjustments=read_adjustments(path))
    write(tmp_path, ROWS, exposed="", book=book)
    assert path.read_bytes() == before
    line = book.line("beto")
    assert (line.points, line.comment, line.marks["uno"].comment) == (3.5, "muy bien", "casi")
    path.write_text("estudiante;ejercicio;puntos\nbeto;uno;diez\n", encoding="utf-8")
    with pytest.raises(MuelleError, match="fila 2"):
        read_adjustments(path)


def test_moodle_gets_no_zero_for_what_was_not_graded(tmp_path: Path) -> None:
    write_moodle(tmp_path / "moodle.csv", gradebook(ROWS, points=POINTS))
    with (tmp_path / "moodle.csv").open(encoding="utf-8-sig", newline="") as stream:
        grades = {line["Nombre completo"]: line["Calificación"] for line in csv.DictReader(stream)}
    assert grades == {"Ana Pérez": "10.00", "beto": "7.50", "celia": "0.00", "dani": ""}


def test_the_summary_is_one_table() -> None:
    rows = [*ROWS, _Row("a|b\n# x <b>", "e", {"verdicts": [_verdict("uno", "WRONG")], "seconds": 1})]
    text = summary(gradebook(rows, points=POINTS))
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 2 + 5
    assert "a\\|b \\# x \\<b\\>" in text
    assert "<b>" not in text


def test_the_pages_tell_perfect_from_unreadable(tmp_path: Path) -> None:
    _, page = write(tmp_path, ROWS, exposed="", ignored=("notas.docx",))
    text = page.read_text(encoding="utf-8")
    assert "Ana Pérez — a: 2 de 2<" in text
    assert "celia — c: no se pudo leer<" in text
    assert "dani — d: sin corregir<" in text
    assert "notas.docx" in text
    assert text.count("Quedó en tu motor y no se pudo quitar: la red x (la usa y).") == 1
    returned = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "devoluciones").iterdir()}
    assert len(returned) == 4
    (mine,) = [text for name, text in returned.items() if name.startswith("Ana-Perez-")]
    assert not any(other in mine for other in ("beto", "celia", "dani"))


@pytest.mark.parametrize(
    "value",
    [
        *(
            "=1+1",
            "+1",
            "-1",
            "@A1",
            "\t=1",
            "\r=1",
            "\n=1",
            "\x0b=1",
            "\u00a0=1",
            " =1",
            "\uff1d1",
            "\u200b=1",
        ),
        *("\ufeff=1", "\x00=1", "\u202e=1", "|=1", "\u2060@x", "%0A=1"),
    ],
)
def test_a_cell_is_never_a_formula(value: str) -> None:
    assert _cell(value)[:1] == "'"


@pytest.mark.parametrize("value", ["ana", "3", "árbol = x", "«=»", ""])
def test_a_plain_cell_stays(value: str) -> None:
    assert _cell(value) == value


def test_what_is_not_seen_is_shown() -> None:
    text = "a\u202eb\u2066\x1b[31m\u200b\ud800\u2028\U000e0001"
    assert visible(text) == "a\\u202eb\\u2066\\u001b[31m\\u200b\\ud800\\u2028\\ue0001"
    assert visible("mañana «sí» 🧨 e\u0301") == "mañana «sí» 🧨 e\u0301"
    assert _cell("a\n;=2\tb") == "a ;=2 b"
