"""Corrige un cuaderno, en su propio proceso: `python -m muelle.grading.runner encargo.json`.

El veredicto no lo da el cuaderno: tras ejecutar cada celda de ejercicio se le pide al núcleo la respuesta,
como JSON, y es este proceso quien la comprueba, hablando él con el motor.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from muelle import engine, exercises
from muelle.errors import MuelleError, NotFound
from muelle.exercises import Exercise, Outcome, Result, evaluate

from .guard import Guard, connector, policy_for
from .kernel import Foreign, Kernel, sweep
from .leftovers import clean, clean_steps, images
from .submission import BadNotebook, Cell, Submission, read

MOST_TEXT = 500
"""Caracteres que llegan al informe de lo que puede citar una respuesta."""

_LEAVING = threading.Lock()
"""Quien lo tiene es quien acaba con el proceso."""


@dataclass
class Verdict:
    """Lo que salió de un ejercicio.

    Args:
        outcome: nombre de `Outcome`, o `MISSING` si no está en el cuaderno.
        found, expected, why: el diagnóstico.
        message: una frase, si no lo hay.
        tries: intentos que dice haber hecho el estudiante; 0 si no se sabe.
    """

    slug: str
    title: str
    outcome: str
    found: str = ""
    expected: str = ""
    why: str = ""
    message: str = ""
    tries: int = 0


@dataclass
class Graded:
    """El resultado de un cuaderno.

    Args:
        problem: por qué no se pudo corregir entero, o "".
        retry: si la culpa no es del cuaderno (faltó el motor, no arrancó el núcleo): no se da por corregido.
    """

    problem: str = ""
    retry: bool = False
    chapter: str = ""
    seed: str = ""
    seconds: float = 0.0
    denied: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)


def grade_notebook(notebook: Path, folder: Path, deadline: float, token: str, uid: int | None) -> Graded:
    """Ejecuta un cuaderno y comprueba sus ejercicios.

    Args:
        folder: carpeta vacía para el núcleo; la borra quien llama.
        deadline: segundos para todo el cuaderno.
        token: marca de los procesos del núcleo, y de lo que cree en el motor.
        uid: con qué usuario corre el núcleo; None, con el de quien corrige.
    """
    started = time.monotonic()
    graded = Graded()
    try:
        submission = read(notebook)
    except BadNotebook as error:
        graded.problem = str(error)
        return graded
    graded.chapter, graded.seed = submission.chapter, submission.seed
    seed = submission.seed or secrets.token_hex(8)
    client = engine.connect()
    environment = _prepare(folder, submission, seed, uid)
    guard = Guard(folder / "motor.sock", connector(engine.find().url), policy_for(client, token))
    results: dict[str, Verdict] = {}
    before = images(client)
    try:
        with guard, Kernel(folder, environment, token, uid) as kernel:
            graded.problem = _run(kernel, submission, seed, started + deadline, results)
    finally:
        with contextlib.suppress(OSError):  # sin motor no hay qué recoger; los veredictos lo dicen
            clean(client, token)
            clean_steps(client, guard.steps, before)
    graded.denied = guard.denied[:20]
    graded.verdicts = _complete(submission, results)
    if not graded.verdicts and not graded.problem:
        graded.problem = "El cuaderno no tiene ningún ejercicio del curso."
    graded.retry = any(verdict.outcome == Outcome.NO_ENGINE.name for verdict in graded.verdicts)
    graded.seconds = round(time.monotonic() - started, 1)
    return graded


def _prepare(folder: Path, submission: Submission, seed: str, uid: int | None) -> dict[str, str]:
    """La carpeta del núcleo y sus variables."""
    progress = {
        "version": 1,
        "seed": seed,
        "exercises": {
            slug: {"attempts": 0, "solved": False, "hints": 0, "round": number}
            for slug, number in submission.rounds.items()
        },
    }
    (folder / "progreso.json").write_text(json.dumps(progress), encoding="utf-8")
    if uid is not None:
        for path in (folder, folder / "progreso.json"):
            os.chown(path, uid, uid)
    return {
        "PATH": os.environ.get("PATH", ""),
        "LANG": "C.UTF-8",
        "HOME": str(folder),
        "MUELLE_HOME": str(folder),
        "MUELLE_EJERCICIOS": str(exercises.root()),
        "IPYTHONDIR": str(folder / "ipython"),
        "DOCKER_HOST": f"unix://{folder / 'motor.sock'}",
    }


def _run(kernel: Kernel, submission: Submission, seed: str, end: float, results: dict[str, Verdict]) -> str:
    """Ejecuta las celdas en orden y comprueba las de ejercicio.

    Returns:
        Qué celda hubo que parar o por qué no se llegó al final; "" si todo fue bien.
    """
    problem = ""
    for cell in submission.cells:
        left = end - time.monotonic()
        if left <= 0:
            return f"Se acabó el plazo del cuaderno antes de la celda {cell.number}."
        ran = kernel.run(cell.source, max(1.0, left / 3))
        if cell.slug:
            exercise = _exercise(cell.slug)
            if exercise is not None:
                _keep(results, _verdict(kernel, cell, exercise, ran.problem, ran.alive, submission, seed))
        if ran.stopped:
            problem = problem or f"{ran.problem.rstrip('.')} (celda {cell.number})."
        if not ran.alive:
            return f"{ran.problem.rstrip('.')} (celda {cell.number})."
    return problem


def _exercise(slug: str) -> Exercise | None:
    try:
        return exercises.get(slug)
    except NotFound:
        return None


def _keep(results: dict[str, Verdict], verdict: Verdict) -> None:
    """Con celdas repetidas vale la que lo resuelve; si ninguna, la última."""
    before = results.get(verdict.slug)
    if before is None or before.outcome != Outcome.SOLVED.name:
        results[verdict.slug] = verdict


def _verdict(
    kernel: Kernel,
    cell: Cell,
    exercise: Exercise,
    problem: str,
    alive: bool,
    submission: Submission,
    seed: str,
) -> Verdict:
    tries = submission.tries.get(exercise.slug, 0)
    if problem:
        outcome = Outcome.CRASHED if problem.startswith("La celda falló") or not alive else Outcome.TIMEOUT
        return Verdict(exercise.slug, exercise.title, outcome.name, message=problem, tries=tries)
    answer: Any = None
    if exercise.answer:
        try:
            answer = kernel.value(cell.answer, 5) if cell.answer else None
        except ValueError as error:
            return Verdict(
                exercise.slug, exercise.title, Outcome.CRASHED.name, message=str(error), tries=tries
            )
        if isinstance(answer, Foreign):
            message = f"La respuesta es de tipo «{answer.kind}»."
            return Verdict(exercise.slug, exercise.title, Outcome.WRONG.name, message=message, tries=tries)
    ticket = f"{seed}:{submission.rounds.get(exercise.slug, 0)}"
    result = evaluate(exercise, answer, engine.connect, ticket)
    return _from_result(result, tries)


def _from_result(result: Result, tries: int) -> Verdict:
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
    )


def _complete(submission: Submission, results: dict[str, Verdict]) -> list[Verdict]:
    """Los veredictos en el orden del curso; los ejercicios del capítulo que falten, también."""
    present = {cell.slug for cell in submission.cells}
    done = []
    for exercise in exercises.load():
        if exercise.slug in results:
            done.append(results[exercise.slug])
        elif exercise.slug in present:
            message = "El cuaderno no llegó hasta aquí."
            done.append(Verdict(exercise.slug, exercise.title, Outcome.UNANSWERED.name, message=message))
        elif exercise.chapter == submission.chapter:
            message = "La celda del ejercicio no está en el cuaderno."
            done.append(Verdict(exercise.slug, exercise.title, "MISSING", message=message))
    return done


def main(order: Path) -> None:
    """Cumple un encargo: lee `order` (JSON) y deja el resultado donde dice."""
    data = json.loads(order.read_text(encoding="utf-8"))
    folders = (Path(data["folder"]), order.parent)
    leaving = (data["token"], data["uid"], folders)
    threading.Thread(target=_leave_with_parent, args=leaving, daemon=True).start()
    try:
        graded = grade_notebook(
            Path(data["notebook"]), Path(data["folder"]), data["deadline"], data["token"], data["uid"]
        )
    except MuelleError as error:
        graded = Graded(problem=f"No se pudo corregir: {error}", retry=True)
    target = Path(data["result"])
    temporary = target.with_suffix(".parcial")
    with _LEAVING:  # si quien corrige ya se fue, su carpeta se está borrando: no se escribe en ella
        temporary.write_text(json.dumps(asdict(graded)), encoding="utf-8")
        temporary.replace(target)


def _leave_with_parent(token: str, uid: int | None, folders: tuple[Path, ...]) -> None:
    """Si quien corrige desaparece, su tubería se cierra: se recoge todo lo de este cuaderno y se acaba."""
    while os.read(0, 1):
        pass
    with _LEAVING:
        sweep(token, uid)
        with contextlib.suppress(Exception):  # con el motor o sin él, este proceso se va
            clean(engine.connect(), token)
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    with _LEAVING:
        os._exit(0)  # sin esperar al hilo que vigila la entrada
