"""Corrige una carpeta de cuadernos: cada uno en su proceso, varios a la vez, y se puede reanudar.

Cada resultado se guarda en cuanto está; al repetir la orden solo se corrige lo que falta o lo que cambió.
Lo que no se pudo corregir por culpa del motor o del corrector no se guarda: se intenta otra vez.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muelle import engine, exercises
from muelle.errors import MuelleError

from . import workers as crew
from .folder import Entry, collect
from .report import Gradebook, Person, gradebook, read_adjustments, write
from .wall import Plan, make_plan, temporary

OPEN_ENGINE = "Tu motor atiende por TCP a cualquiera: su código pudo hablar con él sin pasar por el guardián."


@dataclass(frozen=True)
class Row:
    """Un cuaderno corregido.

    Args:
        student: de quién es.
        notebook: ruta dentro de la carpeta de entregas.
        result: lo que dejó su corrector (`verdicts.Graded`).
        seed_shared_with: otros estudiantes con la misma semilla: se copiaron el archivo.
    """

    student: str
    notebook: str
    result: dict[str, Any]
    seed_shared_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Step:
    """Un paso del progreso.

    Args:
        done, total: cuadernos.
        notebook: el que acaba de terminar.
        resumed: si ya estaba corregido de antes.
    """

    done: int
    total: int
    notebook: str
    resumed: bool


@dataclass(frozen=True)
class Report:
    """Lo que se escribió.

    Args:
        csv, html: los dos informes.
        exposed: "" si cada cuaderno tuvo su motor o solo alcanzó el tuyo por el guardián; si no, qué alcanzó.
        book: las notas.
        ignored: lo que había en la carpeta y no se miró.
    """

    rows: tuple[Row, ...]
    csv: Path
    html: Path
    exposed: str
    book: Gradebook
    ignored: tuple[str, ...] = ()

    @property
    def pending(self) -> int:
        """Cuántos cuadernos quedaron sin corregir: la misma orden los intenta otra vez."""
        return sum(bool(row.result.get("retry")) for row in self.rows)

    @property
    def unreadable(self) -> int:
        """Cuántos no se pudieron leer."""
        return sum(bool(row.result.get("unreadable")) for row in self.rows)


def grade(
    submissions: Path,
    output: Path,
    *,
    workers: int | None = None,
    deadline: float = 600,
    progress: Callable[[Step], None] | None = None,
    roster: Sequence[Person] = (),
    alone: str = "",
) -> Report:
    """Corrige todos los cuadernos de una carpeta.

    Args:
        submissions: un cuaderno por estudiante (`ana.ipynb`) o una carpeta (`ana/01-….ipynb`).
        output: carpeta del informe; lo que ya se corrigió en ella no se repite.
        workers: cuántos a la vez; por defecto, uno por procesador.
        deadline: segundos de trabajo para cada cuaderno.
        progress: se llama al terminar cada cuaderno.
        roster: la lista de clase.
        alone: por qué no cabe la pared, si ya se sabe (lo que dio `enter`).

    Raises:
        NotFound: si no hay carpeta o no tiene cuadernos.
        MuelleError: si en este sistema no se puede corregir.
        EngineUnavailable: si no hay motor.
    """
    if os.name != "posix":
        raise MuelleError("Corregir necesita Linux o macOS: en Windows, hazlo dentro de WSL 2.")
    if (output / "ajustes.csv").exists():
        read_adjustments(output / "ajustes.csv")  # si no se entiende, mejor saberlo antes de empezar
    with temporary(crew.COPIES) as private:
        (private / "copias").mkdir()
        (private / "curso").mkdir()
        private.chmod(0o711)
        (private / "copias").chmod(0o700)
        entries = collect(submissions, private / "copias", output)
        plan = make_plan(private / "curso", alone)
        url = "" if plan.engine else _teachers_engine()
        crew.sweep_dead(url)
        mine = _Class(entries, output, deadline, plan, url, progress)
        return mine.grade(workers or os.cpu_count() or 1, roster)


def _teachers_engine() -> str:
    engine.connect()
    return engine.find().url


class _Class:
    """Las entregas de una clase."""

    def __init__(
        self,
        entries: tuple[Entry, ...],
        output: Path,
        deadline: float,
        plan: Plan,
        url: str,
        progress: Callable[[Step], None] | None,
    ) -> None:
        self._output, self._deadline, self._plan, self._url = output, deadline, plan, url
        self._entries = tuple(entry for entry in entries if not entry.ignored)
        self._ignored = tuple(entry.name for entry in entries if entry.ignored)
        self._progress = progress
        self._results: dict[str, dict[str, Any]] = {}
        self._saved = output / "resultados"
        self._course = _course_digest()
        self._stop = threading.Event()

    def grade(self, count: int, roster: Sequence[Person]) -> Report:
        for folder in (self._output, self._saved):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)  # el informe es de quien corrige
        pending = [entry for entry in self._entries if not self._already(entry)]
        with ThreadPoolExecutor(max(1, count)) as pool:
            futures = {pool.submit(self._one, entry): entry for entry in pending}
            try:
                self._gather(futures)
            except BaseException:
                self._stop.set()
                for future in futures:
                    future.cancel()
                raise
        rows = self._rows()
        exposed = "" if self._plan.room else self._plan.sentence
        if self._url and not self._url.startswith(("unix", "http+unix")):
            exposed = exposed or OPEN_ENGINE
        book = gradebook(
            rows,
            points={exercise.slug: exercise.points for exercise in exercises.load()},
            roster=roster,
            adjustments=read_adjustments(self._output / "ajustes.csv"),
        )
        csv, html = write(self._output, rows, exposed=exposed, ignored=self._ignored, book=book)
        return Report(rows, csv, html, exposed, book, self._ignored)

    def _gather(self, futures: dict[Future[dict[str, Any]], Entry]) -> None:
        waiting = set(futures)
        while waiting:
            finished, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in finished:
                self._done(futures[future], future.result(), resumed=False)

    def _done(self, entry: Entry, result: dict[str, Any], *, resumed: bool) -> None:
        self._results[entry.name] = {**result, "late": entry.late}
        if self._progress:
            self._progress(Step(len(self._results), len(self._entries), entry.name, resumed))

    def _already(self, entry: Entry) -> bool:
        """Si no hay que corregirlo: porque no se puede leer, o porque ya se hizo."""
        if entry.copy is None:
            self._done(entry, {"problem": entry.problem, "unreadable": True}, resumed=False)
            return True
        before = _load(self._place(entry), self._digest(entry))
        if before is not None:
            self._done(entry, before, resumed=True)
        return before is not None

    def _one(self, entry: Entry) -> dict[str, Any]:
        if self._stop.is_set() or entry.copy is None:
            return {}
        job = crew.Job(entry.copy, self._deadline, self._plan, self._url)
        result = crew.run(job, self._stop)
        if result.get("retry") and not self._stop.is_set():
            result = crew.run(job, self._stop)
        if not self._stop.is_set() and not result.get("retry"):
            _save(self._place(entry), self._digest(entry), result)
        return result

    def _place(self, entry: Entry) -> Path:
        return self._saved / f"{hashlib.sha256(entry.name.encode()).hexdigest()[:24]}.json"

    def _digest(self, entry: Entry) -> str:
        digest = hashlib.sha256(self._course.encode())
        assert entry.copy
        with entry.copy.open("rb") as stream:
            while piece := stream.read(1024 * 1024):
                digest.update(piece)
        return digest.hexdigest()

    def _rows(self) -> tuple[Row, ...]:
        owners: dict[str, set[str]] = {}
        for entry in self._entries:
            owners.setdefault(self._results[entry.name].get("seed", ""), set()).add(entry.student)
        owners.pop("", None)

        def row(entry: Entry) -> Row:
            result = self._results[entry.name]
            same = owners.get(result.get("seed", ""), set()) - {entry.student}
            return Row(entry.student, entry.name, result, tuple(sorted(same)))

        return tuple(row(entry) for entry in self._entries)


def _course_digest() -> str:
    """Huella de las comprobaciones: si cambian, se corrige otra vez."""
    digest = hashlib.sha256()
    for exercise in exercises.load():
        digest.update((exercise.folder / "check.py").read_bytes())
        digest.update((exercise.folder / "exercise.json").read_bytes())
    return digest.hexdigest()


def _load(place: Path, digest: str) -> dict[str, Any] | None:
    try:
        data = json.loads(place.read_text(encoding="utf-8"))
        return dict(data["result"]) if data["digest"] == digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _save(place: Path, digest: str, result: dict[str, Any]) -> None:
    temporary = place.with_suffix(".parcial")
    temporary.write_text(json.dumps({"digest": digest, "result": result}), encoding="utf-8")
    temporary.chmod(0o600)
    temporary.replace(place)
