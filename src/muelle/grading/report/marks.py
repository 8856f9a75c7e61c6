"""Las notas: cada estudiante con cada ejercicio, sus puntos y lo que cambió quien da el curso. Puro."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from muelle.exercises import Outcome

from .people import Adjustments, Person, key_of, plain

WORDS = {outcome.name: outcome.value for outcome in Outcome} | {"MISSING": "falta la celda"}
SIGNS = {"SOLVED": "✓", "WRONG": "✗", "UNANSWERED": "○", "MISSING": "–"}
"""Las demás, `!`: no llegaron a juzgarse."""

PERFECT, PARTIAL, UNREADABLE = "todo resuelto", "algo por resolver", "no se pudo leer"
PENDING, ABSENT, BLANK = "sin corregir", "no entregó", "sin ejercicios"


class Row(Protocol):
    """Lo que el informe necesita de cada cuaderno (lo cumple `run.Row`)."""

    @property
    def student(self) -> str: ...
    @property
    def notebook(self) -> str: ...
    @property
    def result(self) -> dict[str, Any]: ...
    @property
    def seed_shared_with(self) -> tuple[str, ...]: ...


@dataclass(frozen=True)
class Mark:
    """Un ejercicio de un estudiante.

    Args:
        outcome: nombre de `Outcome`, `MISSING`, o "" si no le toca.
        points: los que tiene; `possible`, los que vale.
        changed: si los puso quien da el curso, con su `comment`.
    """

    outcome: str
    points: float
    possible: float
    changed: bool = False
    comment: str = ""

    @property
    def sign(self) -> str:
        """Para la casilla."""
        return SIGNS.get(self.outcome, "!") if self.outcome else ""

    @property
    def words(self) -> str:
        """Para leer."""
        return WORDS.get(self.outcome, "no tiene este ejercicio")


@dataclass(frozen=True)
class Line:
    """Un estudiante.

    Args:
        state: en una palabra: todo resuelto, ilegible, no entregó…
        marks: por ejercicio.
        late: si alguna entrega llegó tarde.
        comment: el de quien da el curso.
        person: su fila de la lista, si la hay.
    """

    student: str
    state: str
    marks: dict[str, Mark] = field(default_factory=dict)
    late: bool = False
    comment: str = ""
    person: Person | None = None

    @property
    def points(self) -> float:
        """Los que tiene."""
        return sum(mark.points for mark in self.marks.values())

    @property
    def possible(self) -> float:
        """Los que podía tener."""
        return sum(mark.possible for mark in self.marks.values())

    @property
    def percent(self) -> float:
        """De cien; 0 si no había nada que sumar."""
        return 100 * self.points / self.possible if self.possible else 0.0


@dataclass(frozen=True)
class Gradebook:
    """Las notas de una clase.

    Args:
        slugs: los ejercicios, en el orden del curso, y `titles`, sus títulos.
        lines: los estudiantes, por nombre.
    """

    slugs: tuple[str, ...]
    titles: dict[str, str]
    lines: tuple[Line, ...]

    def line(self, student: str) -> Line:
        """La de un estudiante."""
        return next(line for line in self.lines if line.student == student)


def gradebook(
    rows: Sequence[Row],
    *,
    points: dict[str, float] | None = None,
    roster: Sequence[Person] = (),
    adjustments: Adjustments | None = None,
) -> Gradebook:
    """Hace las notas.

    Args:
        points: lo que vale cada ejercicio; 1 si no se dice.
        roster: la lista de clase.
        adjustments: lo que cambia quien da el curso.
    """
    worth, changes = points or {}, adjustments or Adjustments()
    titles = {v["slug"]: v["title"] for row in rows for v in row.result.get("verdicts", [])}
    order = {slug: number for number, slug in enumerate(worth)}
    slugs = tuple(sorted(titles, key=lambda slug: order.get(slug, len(order))))
    people = {key: person for person in roster for key in person.keys}
    mine: dict[str, list[Row]] = {}
    for row in rows:
        mine.setdefault(row.student, []).append(row)
    lines = [
        _line(student, found, slugs, worth, changes, people.get(key_of(student)))
        for student, found in mine.items()
    ]
    present = {line.person for line in lines if line.person}
    lines += [
        Line(person.name, ABSENT, _blank(slugs, worth), person=person)
        for person in roster
        if person not in present
    ]
    return Gradebook(slugs, titles, tuple(sorted(lines, key=lambda line: plain(line.student))))


def _blank(slugs: Sequence[str], worth: dict[str, float]) -> dict[str, Mark]:
    return {slug: Mark("", 0, worth.get(slug, 1)) for slug in slugs}


def _line(
    student: str,
    rows: list[Row],
    slugs: Sequence[str],
    worth: dict[str, float],
    changes: Adjustments,
    person: Person | None,
) -> Line:
    outcomes: dict[str, str] = {}
    for verdict in (verdict for row in rows for verdict in row.result.get("verdicts", [])):
        if outcomes.get(verdict["slug"]) != Outcome.SOLVED.name:
            outcomes[verdict["slug"]] = verdict["outcome"]
    marks = _blank(slugs, worth)
    for slug in slugs:
        outcome, possible = outcomes.get(slug, ""), worth.get(slug, 1)
        change = changes.of(student, slug)
        earned = possible if outcome == Outcome.SOLVED.name else 0
        if change and change.points is not None:
            earned = change.points
        marks[slug] = Mark(
            outcome,
            earned,
            possible,
            changed=bool(change and change.points is not None),
            comment=change.comment if change else "",
        )
    whole = changes.of(student, "")
    return Line(
        student,
        _state(rows, outcomes),
        marks,
        late=any(row.result.get("late") for row in rows),
        comment=whole.comment if whole else "",
        person=person,
    )


def _state(rows: list[Row], outcomes: dict[str, str]) -> str:
    if any(row.result.get("retry") for row in rows):
        return PENDING
    if not outcomes:
        unreadable = any(row.result.get("unreadable") or not row.result.get("seconds") for row in rows)
        return UNREADABLE if unreadable else BLANK
    return PERFECT if set(outcomes.values()) == {Outcome.SOLVED.name} else PARTIAL
