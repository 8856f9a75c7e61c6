"""Las tablas para una hoja de cálculo y para el aula virtual."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from muelle.model.text import one_line

from .marks import ABSENT, PENDING, WORDS, Gradebook, Row

COLUMNS = (
    *("estudiante", "cuaderno", "capítulo", "ejercicio", "título", "resuelto", "resultado", "encontrado"),
    *("esperado", "por qué importa", "nota", "intentos", "problema del cuaderno", "mismos valores que"),
    *("segundos", "qué lo apartó"),
)


def write_table(path: Path, rows: Sequence[Row]) -> None:
    """`notas.csv`: una fila por cuaderno y ejercicio."""
    _write(path, [COLUMNS, *(line for row in rows for line in _lines(row))])


def write_matrix(path: Path, book: Gradebook) -> None:
    """`matriz.csv`: una fila por estudiante y una columna por ejercicio, con sus puntos."""
    head = ["estudiante", "estado", *(book.titles[slug] for slug in book.slugs), "puntos", "de", "comentario"]
    lines = [
        [
            *(line.student, line.state),
            *(_number(mark.points) if mark.outcome or mark.changed else "" for mark in line.marks.values()),
            *(_number(line.points), _number(line.possible), line.comment),
        ]
        for line in book.lines
    ]
    _write(path, [head, *lines])


def write_moodle(path: Path, book: Gradebook) -> None:
    """`moodle.csv`: para «Importar calificaciones» de Moodle, sobre diez.

    Quien quedó sin corregir no lleva nota: no es un cero.
    """
    head = ["Nombre de usuario", "Número de ID", "Dirección de correo", "Nombre completo", "Calificación"]
    lines = []
    for line in book.lines:
        person = line.person
        who = [person.user, person.number, person.mail] if person else ["", "", ""]
        grade = "" if line.state in (PENDING, ABSENT) else f"{line.percent / 10:.2f}"
        lines.append([*who, person.name if person else line.student, grade, line.comment])
    _write(path, [[*head, "Comentarios de retroalimentación"], *lines], separator=",")


def _number(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def _write(path: Path, lines: Iterable[Sequence[Any]], separator: str = ";") -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:  # -sig, para Excel
        writer = csv.writer(stream, delimiter=separator)
        for line in lines:
            writer.writerow([_cell(value) for value in line])
    path.chmod(0o600)


def _lines(row: Row) -> list[list[Any]]:
    result = row.result
    start = [row.student, row.notebook, result.get("chapter", "")]
    finish = [
        *(result.get("problem", ""), ", ".join(row.seed_shared_with), result.get("seconds", "")),
        result.get("apart", ""),
    ]
    lines = [
        [
            *start,
            *(verdict["slug"], verdict["title"], "sí" if verdict["outcome"] == "SOLVED" else "no"),
            *(WORDS.get(verdict["outcome"], "?"), verdict["found"], verdict["expected"], verdict["why"]),
            *(verdict["message"], verdict["tries"] or "", *finish),
        ]
        for verdict in result.get("verdicts", [])
    ]
    return lines or [[*start, "", "", "no", "", "", "", "", "", "", *finish]]


def _cell(value: Any) -> str:
    """Un valor para una tabla: en una línea, a la vista, y que una hoja de cálculo no tome por una fórmula.

    Hay hojas que se saltan los espacios, los invisibles y las formas anchas de los signos: aquí también.
    """
    raw = str(value)
    start = next((sign for sign in raw if unicodedata.category(sign)[0] not in "CZ"), "")
    text = one_line(raw)
    risky = unicodedata.normalize("NFKC", start)[:1] in ("=", "+", "-", "@", "|", "%")
    return f"'{text}" if risky else text
