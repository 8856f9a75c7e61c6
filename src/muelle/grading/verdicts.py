"""Del cuaderno ejecutado a sus veredictos: quién dice qué y cuándo vale."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from muelle import exercises
from muelle.errors import NotFound
from muelle.exercises import Exercise, Outcome, Result

from .submission import Cell, Submission

MOST_TEXT = 500
"""Caracteres que llegan al informe de lo que puede citar una respuesta."""

OURS = frozenset((Outcome.BROKEN.name, Outcome.NO_ENGINE.name, Outcome.UNSUPPORTED.name))
"""Lo que no es del estudiante: no se guarda como suyo."""
MISSING = "MISSING"


@dataclass
class Verdict:
    """Lo que salió de un ejercicio.

    Args:
        outcome: nombre de `Outcome`, o `MISSING` si no está en el cuaderno.
        found, expected, why: el diagnóstico.
        message: una frase, si no lo hay.
        tries: intentos que dice haber hecho el estudiante; 0 si no se sabe.
        answered: si `found` es lo que respondió, y no algo que se encontró.
    """

    slug: str
    title: str
    outcome: str
    found: str = ""
    expected: str = ""
    why: str = ""
    message: str = ""
    tries: int = 0
    answered: bool = False


@dataclass
class Graded:
    """El resultado de un cuaderno.

    Args:
        problem: por qué no se pudo corregir entero, o "".
        retry: si la culpa no es del cuaderno (faltó el motor, no arrancó el núcleo): no se da por corregido.
        note: lo que hubo que hacer para leerlo.
        apart: qué protegió a quien corrige.
        left: lo que dejó en el motor de quien corrige y no se pudo quitar.
    """

    problem: str = ""
    retry: bool = False
    chapter: str = ""
    seed: str = ""
    seconds: float = 0.0
    note: str = ""
    apart: str = ""
    denied: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)


def exercise_of(slug: str) -> Exercise | None:
    """El ejercicio, o None si no es del curso."""
    try:
        return exercises.get(slug)
    except NotFound:
        return None


def from_result(result: Result, tries: int) -> Verdict:
    """El veredicto de una comprobación, con lo que cita acortado."""
    reasons = result.diagnosis
    return Verdict(
        result.slug,
        result.title,
        result.outcome.name,
        found=reasons.found[:MOST_TEXT] if reasons else "",
        expected=reasons.expected[:MOST_TEXT] if reasons else "",
        why=reasons.why if reasons else "",
        message="" if result.solved else result.message[:MOST_TEXT],
        tries=tries,
        answered=bool(reasons and reasons.answered),
    )


class Verdicts:
    """Los veredictos de un cuaderno, según van saliendo.

    Con comprobaciones repetidas vale la que lo resuelve; si ninguna, la última.
    """

    def __init__(self, submission: Submission) -> None:
        self._submission = submission
        self._found: dict[str, Verdict] = {}
        self._in_cell: set[str] = set()

    def start(self) -> None:
        """Empieza otra celda."""
        self._in_cell = set()

    def checked(self, slug: str) -> bool:
        """Si en esta celda ya se comprobó un ejercicio."""
        return slug in self._in_cell

    def keep(self, verdict: Verdict) -> None:
        """Apunta un veredicto."""
        self._in_cell.add(verdict.slug)
        verdict.tries = self._submission.tries.get(verdict.slug, 0)
        before = self._found.get(verdict.slug)
        if before is None or before.outcome != Outcome.SOLVED.name:
            self._found[verdict.slug] = verdict

    def say(self, exercise: Exercise, outcome: Outcome, message: str) -> None:
        """Apunta un veredicto que es solo una frase."""
        self.keep(Verdict(exercise.slug, exercise.title, outcome.name, message=message[:MOST_TEXT]))

    def complete(self) -> list[Verdict]:
        """Todos, en el orden del curso; los ejercicios del capítulo que falten, también."""
        present = {slug for cell in self._submission.cells for slug in cell.slugs}
        chapter = self._chapter(present)
        done = []
        for exercise in exercises.load():
            if exercise.slug in self._found:
                done.append(self._found[exercise.slug])
            elif exercise.slug in present:
                message = "El cuaderno no llegó hasta aquí."
                done.append(Verdict(exercise.slug, exercise.title, Outcome.UNANSWERED.name, message=message))
            elif exercise.chapter == chapter:
                message = "La celda del ejercicio no está en el cuaderno."
                done.append(Verdict(exercise.slug, exercise.title, MISSING, message=message))
        return done

    def _chapter(self, present: set[str]) -> str:
        """El capítulo que dice ser; si no lo dice, aquel del que trae al menos la mitad de los ejercicios."""
        if self._submission.chapter:
            return self._submission.chapter
        found = [exercise_of(slug) for slug in present | set(self._found)]
        votes = Counter(exercise.chapter for exercise in found if exercise)
        chapter, count = votes.most_common(1)[0] if votes else ("", 0)
        whole = sum(exercise.chapter == chapter for exercise in exercises.load())
        return chapter if 2 * count >= whole else ""


def untouched(cell: Cell, exercise: Exercise) -> bool:
    """Si la celda sigue como llegó."""
    from muelle.exercises.evaluation import untouched as same

    return same(exercise, cell.source)


def syntax(problem: str) -> str:
    """La frase de una celda que no es Python, o "" si falló por otra cosa."""
    for name in ("SyntaxError", "IndentationError", "TabError"):
        mark = f"La celda falló: {name}: "
        if problem.startswith(mark):
            detail = problem.removeprefix(mark)
            curly = any(sign in detail for sign in "“”‘’«»")
            help_ = " Hay comillas tipográficas: en Python son \" o '." if curly else ""
            return f"La celda no es Python y no se pudo ejecutar ({name}: {detail}).{help_}"
    return ""


def as_answer(value: Any, exercise: Exercise) -> Any:
    """La respuesta que se juzga: en los de estado no hay."""
    return value if exercise.answer else None
