"""Corrige un cuaderno, en su propio proceso: `python -m muelle.grading.runner encargo.json`.

El veredicto no lo da el cuaderno: cada vez que pide una comprobación, su respuesta sale del núcleo como JSON
y es este proceso quien la juzga, hablando él con el motor.
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
from dataclasses import asdict
from pathlib import Path
from typing import Any

import docker
import psutil
import requests
from docker.errors import DockerException

from muelle import base, exercises
from muelle.engine import neutral
from muelle.errors import EngineUnavailable, MuelleError
from muelle.exercises import Exercise, Outcome, Result, evaluate

from .calls import Calls, startup
from .clock import Clock, slowness
from .guard import Guard, connector, judge_for_checks, policy_for
from .kernel import Kernel, Ran
from .leftovers import clean, clean_names, clean_steps, images
from .orphans import sweep
from .place import Place, prepared
from .submission import BadNotebook, Cell, Submission, read, shipped
from .values import Foreign
from .verdicts import (
    OURS,
    Graded,
    Verdict,
    Verdicts,
    exercise_of,
    from_result,
    syntax,
    untouched,
)
from .wall import Plan

SHIPPED = " (en una celda que viene con el curso)"
"""Lo que se añade a lo negado a una celda que nadie tocó: la culpa no es de quien la entrega."""

_LEAVING = threading.Lock()
"""Quien lo tiene es quien acaba con el proceso."""


def grade_notebook(notebook: Path, folder: Path, deadline: float, token: str, plan: Plan, url: str) -> Graded:
    """Ejecuta un cuaderno y comprueba sus ejercicios.

    Args:
        folder: carpeta nuestra y vacía; la borra quien llama.
        deadline: segundos de trabajo para todo el cuaderno.
        token: marca de los procesos del núcleo, y de lo que cree en el motor.
        plan: cómo se aparta.
        url: el motor de quien corrige.

    Raises:
        MuelleError: si falla algo que no es del cuaderno.
    """
    started = time.monotonic()
    graded = Graded(apart=plan.sentence)
    try:
        submission = read(notebook)
    except BadNotebook as error:
        graded.problem = str(error)
        return graded
    graded.chapter, graded.seed, graded.note = submission.chapter, submission.seed, submission.note
    seed = submission.seed or secrets.token_hex(8)
    with prepared(folder, plan, url) as place:
        base.ensure(place.client)
        environment = _prepare(place, submission, seed, plan)
        session = _Session(place, submission, seed, token)
        before = images(place.client)
        try:
            with session.guards(), Kernel(place.home, environment, token, place.room) as kernel:
                graded.problem = session.run(kernel, deadline)
        finally:
            if place.room is None or not plan.engine:
                with contextlib.suppress(OSError, DockerException):  # sin motor no hay qué recoger
                    clean(place.client, token)  # lo que ahora no se deje lo intenta otra vez quien lo lanzó
                    graded.left = clean_steps(place.client, session.guard.steps, before)
                    graded.left += clean_names(place.client, session.guard.names)
        if not _answers(place.client):
            raise EngineUnavailable("el motor dejó de responder mientras se corregía")
    graded.denied = list(dict.fromkeys(session.guard.denied))[:20]
    graded.verdicts = session.verdicts.complete()
    if not graded.verdicts and not graded.problem:
        graded.problem = "El cuaderno no tiene ningún ejercicio del curso."
    graded.retry = any(verdict.outcome in OURS for verdict in graded.verdicts)
    graded.seconds = round(time.monotonic() - started, 1)
    return graded


def _answers(client: docker.DockerClient) -> bool:
    try:
        return bool(client.ping())
    except (DockerException, requests.RequestException, OSError):
        return False


def _prepare(place: Place, submission: Submission, seed: str, plan: Plan) -> dict[str, str]:
    """La carpeta del núcleo y sus variables."""
    progress = {
        "version": 1,
        "seed": seed,
        "exercises": {
            slug: {"attempts": 0, "solved": False, "hints": 0, "round": number}
            for slug, number in submission.rounds.items()
        },
    }
    target = place.home / "progreso.json"
    target.write_text(
        json.dumps(progress), encoding="utf-8"
    )  # el núcleo aún no se ejecuta: nadie más escribe aquí
    if place.room:
        os.chown(target, place.room.numbers.kernel, place.room.numbers.kernel)
    return {
        "PATH": os.environ.get("PATH", ""),
        "LANG": "C.UTF-8",
        "HOME": str(place.home),
        "MUELLE_HOME": str(place.home),
        "MUELLE_EJERCICIOS": plan.exercises,
        "IPYTHONDIR": str(place.home / "ipython"),
        "DOCKER_HOST": f"unix://{place.doors / 'motor.sock'}",
        "DOCKER_BUILDKIT": "0",
    }


class _Session:
    """La corrección de un cuaderno.

    Args:
        place: dónde.
        seed: la del estudiante, o una nueva.
        token: su etiqueta.
    """

    def __init__(self, place: Place, submission: Submission, seed: str, token: str) -> None:
        self._place, self._submission, self._seed = place, submission, seed
        self.verdicts = Verdicts(submission)
        self._clock = Clock()
        self._cell: Cell | None = None
        judge = policy_for(place.client, token, own_engine=place.own_engine)
        open_engine = connector(place.url)
        self.guard = Guard(place.doors / "motor.sock", open_engine, judge)
        self._own = Guard(place.doors / "corrector.sock", open_engine, judge_for_checks(judge), 0o600)
        self._calls = Calls(place.doors / "comprobar.sock", self._called)
        self._client: docker.DockerClient | None = None

    @contextlib.contextmanager
    def guards(self) -> Any:
        """Los sockets, abiertos."""
        with self.guard, self._own, self._calls:
            yield

    def _connect(self) -> docker.DockerClient:
        """El motor para comprobar, por otro guardián: un Dockerfile lo escribió el estudiante."""
        if self._client is None:
            url = f"unix://{self._place.doors / 'corrector.sock'}"
            self._client = neutral.Client(base_url=url, version="auto", timeout=120)
        return self._client

    def run(self, kernel: Kernel, deadline: float) -> str:
        """Ejecuta las celdas en orden.

        Returns:
            Qué celda hubo que parar o por qué no se llegó al final; "" si todo fue bien.
        """
        ready = kernel.run(startup(self._place.doors / "comprobar.sock"), 120)
        if ready.problem:
            raise MuelleError(f"el núcleo de Python no se pudo preparar ({ready.problem})")
        self._clock = Clock()
        course = shipped(exercises.root().parent / "notebooks", self._submission.chapter)
        problem = ""
        for cell in self._submission.cells:
            left = deadline - self._clock.now()
            if left <= 0:
                return f"Se acabó el plazo del cuaderno antes de la celda {cell.number}."
            self._cell = cell
            self.verdicts.start()
            denied = len(self.guard.denied)
            ran = kernel.run(cell.source, max(1.0, left / 3), self._clock)
            if cell.source in course:
                self.guard.denied[denied:] = [f"{each}{SHIPPED}" for each in self.guard.denied[denied:]]
            for slug in cell.slugs:
                exercise = exercise_of(slug)
                if exercise is not None and not self.verdicts.checked(slug):
                    self._unasked(kernel, cell, exercise, ran)
            if ran.stopped:
                problem = problem or f"{ran.problem.rstrip('.')} (celda {cell.number})."
            if not ran.alive:
                return f"{ran.problem.rstrip('.')} (celda {cell.number})."
        return problem

    def _called(self, slug: str, answer: Any) -> None:
        """El cuaderno ha pedido una comprobación."""
        exercise = exercise_of(slug)
        if exercise is not None:
            with self._clock:
                self._judge(exercise, answer)

    def _unasked(self, kernel: Kernel, cell: Cell, exercise: Exercise, ran: Ran) -> None:
        """Un ejercicio que la celda no llegó a comprobar: falló antes, o le falta la llamada."""
        if untouched(cell, exercise):
            self._judge(exercise, ...)
        elif ran.problem:
            ended = ran.problem.startswith("La celda falló") or not ran.alive
            outcome = Outcome.CRASHED if ended else Outcome.TIMEOUT
            self.verdicts.say(exercise, outcome, syntax(ran.problem) or ran.problem)
        elif not exercise.answer:
            self._judge(exercise, None)
        else:
            try:
                answer = kernel.value(cell.answer(exercise.slug), 30)
            except ValueError as error:
                if "NameError: name 'respuesta'" in str(error):
                    message = "La celda no deja nada en `respuesta` ni llama a `muelle.check`."
                    self.verdicts.say(exercise, Outcome.UNANSWERED, message)
                else:
                    self.verdicts.say(exercise, Outcome.CRASHED, str(error))
                return
            self._judge(exercise, answer)

    def _judge(self, exercise: Exercise, answer: Any) -> None:
        if self._cell is not None and untouched(self._cell, exercise):
            self.verdicts.say(exercise, Outcome.UNANSWERED, "La celda sigue como venía.")
        elif isinstance(answer, ValueError):
            self.verdicts.say(exercise, Outcome.CRASHED, str(answer))
        elif isinstance(answer, Foreign):
            self.verdicts.say(exercise, Outcome.WRONG, f"La respuesta es de tipo «{answer.kind}».")
        else:
            self.verdicts.keep(self._evaluated(exercise, answer))

    def _evaluated(self, exercise: Exercise, answer: Any) -> Verdict:
        """El veredicto; si falló algo del corrector, o la máquina iba ahogada, se intenta una vez más."""
        ticket = f"{self._seed}:{self._submission.rounds.get(exercise.slug, 0)}"

        def once() -> Result:
            return evaluate(exercise, answer, self._connect, ticket)

        result = once()
        ours = result.outcome.name in OURS and result.outcome is not Outcome.UNSUPPORTED
        if ours or (result.outcome is Outcome.TIMEOUT and slowness() > 1.5):
            result = once()
        return from_result(result, 0)


def main(order: Path) -> None:
    """Cumple un encargo: lee `order` (JSON) y deja el resultado donde dice."""
    data = json.loads(order.read_text(encoding="utf-8"))
    plan = Plan(
        **{**data["plan"], "hidden": tuple(data["plan"]["hidden"]), "shown": tuple(data["plan"]["shown"])}
    )
    folder = Path(data["folder"])
    leaving = (data["token"], plan, data["url"], (folder, order.parent))
    threading.Thread(target=_leave_with_parent, args=leaving, daemon=True).start()
    try:
        graded = grade_notebook(
            Path(data["notebook"]), folder, data["deadline"], data["token"], plan, data["url"]
        )
    except (MuelleError, DockerException, requests.RequestException) as error:
        graded = Graded(problem=f"No se pudo corregir: {str(error)[:300]}", retry=True, apart=plan.sentence)
    target = Path(data["result"])
    temporary = target.with_suffix(".parcial")
    with _LEAVING:  # si quien corrige ya se fue, su carpeta se está borrando: no se escribe en ella
        temporary.write_text(json.dumps(asdict(graded)), encoding="utf-8")
        temporary.replace(target)


def _leave_with_parent(token: str, plan: Plan, url: str, folders: tuple[Path, ...]) -> None:
    """Si quien corrige desaparece, su tubería se cierra: se recoge todo lo de este cuaderno y se acaba."""
    while os.read(0, 1):
        pass
    with _LEAVING:
        launched = psutil.Process().children(recursive=True)
        for child in launched:
            with contextlib.suppress(psutil.Error):
                child.kill()  # con el primero del cuarto se va el cuarto entero
        psutil.wait_procs(launched, 20)
        sweep(token)
        if not plan.engine:
            with contextlib.suppress(Exception):  # con el motor o sin él, este proceso se va
                clean(neutral.Client(base_url=url, version="auto"), token)
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        os._exit(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
    with _LEAVING:
        os._exit(0)  # sin esperar al hilo que vigila la entrada
