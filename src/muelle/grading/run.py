"""Corrige una carpeta de cuadernos: cada uno en su proceso, varios a la vez, y se puede reanudar.

Cada resultado se guarda en cuanto está; al repetir la orden solo se corrige lo que falta o lo que cambió.
Lo que no se pudo corregir por culpa del motor o del corrector no se guarda: al repetir, se intenta otra vez.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muelle import engine, exercises
from muelle.errors import MuelleError, NotFound

from .kernel import same_user_reason, sweep, usable_uid
from .leftovers import clean
from .report import write

GRACE = 60
"""Segundos que se dan de más a un corrector para terminar de comprobar, antes de acabar con él."""
MOST_RESULT = 10_000_000

EXPOSED = (
    "Los cuadernos corrieron con tu mismo usuario ({why}): "
    "su código pudo leer y cambiar todo lo que tú puedes, y hablar con el motor sin pasar por el guardián."
)
OPEN_ENGINE = "Tu motor atiende por TCP a cualquiera: su código pudo hablar con él sin pasar por el guardián."

NOT_A_FILE = "No es un archivo corriente, sino un enlace o algo parecido: pide el cuaderno en sí."

_KILLED = "Si le pasa cada vez, mira qué hace su código."


@dataclass(frozen=True)
class Row:
    """Un cuaderno corregido.

    Args:
        student: de quién es.
        notebook: ruta dentro de la carpeta de entregas.
        result: lo que dejó su corrector (`runner.Graded`).
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
        exposed: "" si los núcleos corrieron con otro usuario y el motor solo se deja hablar por el guardián;
            si no, qué alcanza su código y por qué.
    """

    rows: tuple[Row, ...]
    csv: Path
    html: Path
    exposed: str

    @property
    def pending(self) -> int:
        """Cuántos cuadernos quedaron sin corregir: la misma orden los intenta otra vez."""
        return sum(bool(row.result.get("retry")) for row in self.rows)


def grade(
    submissions: Path,
    output: Path,
    *,
    workers: int | None = None,
    deadline: float = 600,
    progress: Callable[[Step], None] | None = None,
) -> Report:
    """Corrige todos los `.ipynb` de una carpeta.

    Args:
        submissions: un cuaderno por estudiante (`ana.ipynb`) o una carpeta (`ana/01-….ipynb`).
        output: carpeta del informe; lo que ya se corrigió en ella no se repite.
        workers: cuántos a la vez; por defecto, uno por procesador.
        deadline: segundos para cada cuaderno.
        progress: se llama al terminar cada cuaderno.

    Raises:
        NotFound: si no hay carpeta o no tiene cuadernos.
        MuelleError: si en este sistema no se puede corregir.
        EngineUnavailable: si no hay motor.
    """
    if os.name != "posix":
        raise MuelleError("Corregir necesita Linux o macOS: en Windows, hazlo dentro de WSL 2.")
    notebooks = _find(submissions)
    engine.connect()
    saved = output / "resultados"
    saved.mkdir(parents=True, exist_ok=True)
    saved.chmod(0o700)
    count = max(1, workers or os.cpu_count() or 1)
    uids = [usable_uid(slot) for slot in range(count)]
    results: dict[Path, dict[str, Any]] = {}
    course = _course_digest()

    def step(path: Path, resumed: bool) -> None:
        if progress:
            progress(Step(len(results), len(notebooks), _shown(path.relative_to(submissions)), resumed))

    pending = []
    for path in notebooks:
        if path.is_symlink() or not path.is_file():
            results[path] = {"problem": NOT_A_FILE}
            step(path, False)
            continue
        before = _saved(_place(saved, submissions, path), _digest(path, course))
        if before is None:
            pending.append(path)
        else:
            results[path] = before
            step(path, True)
    slots: queue.Queue[tuple[int, int | None]] = queue.Queue()
    for slot in enumerate(uids):
        slots.put(slot)
    stop = threading.Event()

    def one(path: Path) -> dict[str, Any]:
        _, uid = slot = slots.get()
        try:
            if stop.is_set():
                return {}
            digest = _digest(path, course)
            result = _in_process(path, deadline, uid, stop)
            if not stop.is_set() and not result.get("retry"):
                _save(_place(saved, submissions, path), digest, result)
            return result
        finally:
            slots.put(slot)

    with ThreadPoolExecutor(count) as pool:
        futures: dict[Future[dict[str, Any]], Path] = {pool.submit(one, path): path for path in pending}
        waiting = set(futures)
        try:
            while waiting:
                finished, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
                for future in finished:
                    results[futures[future]] = future.result()
                    step(futures[future], False)
        except BaseException:
            stop.set()
            for future in futures:
                future.cancel()
            raise
    rows = _rows(submissions, notebooks, results)
    exposed = EXPOSED.format(why=same_user_reason()) if None in uids else ""
    if not exposed and not engine.find().url.startswith(("unix", "http+unix")):
        exposed = OPEN_ENGINE
    csv, html = write(output, rows, exposed=exposed)
    return Report(rows, csv, html, exposed)


def _find(submissions: Path) -> list[Path]:
    if not submissions.is_dir():
        raise NotFound(f"No encuentro la carpeta de entregas «{submissions.name}».")
    found = [
        path
        for path in sorted(submissions.rglob("*.ipynb"))
        if (path.is_symlink() or not path.is_dir())
        and not any(part.startswith(".") for part in path.relative_to(submissions).parts)
    ]
    if not found:
        raise NotFound(f"En «{submissions.name}» no hay ningún cuaderno (.ipynb).")
    return found


def _course_digest() -> str:
    """Huella de las comprobaciones: si cambian, se corrige otra vez."""
    digest = hashlib.sha256()
    for exercise in exercises.load():
        digest.update((exercise.folder / "check.py").read_bytes())
        digest.update((exercise.folder / "exercise.json").read_bytes())
    return digest.hexdigest()


def _digest(path: Path, course: str) -> str:
    digest = hashlib.sha256(course.encode())
    with path.open("rb") as stream:
        while piece := stream.read(1024 * 1024):
            digest.update(piece)
    return digest.hexdigest()


def _place(saved: Path, submissions: Path, path: Path) -> Path:
    name = os.fsencode(path.relative_to(submissions))
    return saved / f"{hashlib.sha256(name).hexdigest()[:24]}.json"


def _saved(place: Path, digest: str) -> dict[str, Any] | None:
    try:
        data = json.loads(place.read_text(encoding="utf-8"))
        return dict(data["result"]) if data["digest"] == digest else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _save(place: Path, digest: str, result: dict[str, Any]) -> None:
    temporary = place.with_suffix(".parcial")
    temporary.write_text(json.dumps({"digest": digest, "result": result}), encoding="utf-8")
    temporary.replace(place)


def _in_process(path: Path, deadline: float, uid: int | None, stop: threading.Event) -> dict[str, Any]:
    """Un corrector aparte para un cuaderno; si no acaba, se acaba con él."""
    token = secrets.token_hex(8)
    # Los sockets Unix tienen rutas cortas: una carpeta temporal, y no la del informe.
    folder, private = (
        Path(tempfile.mkdtemp(prefix="muelle-corrige-")),
        Path(tempfile.mkdtemp(prefix="muelle-corrige-")),
    )
    target = private / "resultado.json"
    order = private / "encargo.json"
    order.write_text(
        json.dumps(
            {
                "notebook": str(path.resolve()),
                "folder": str(folder),
                "result": str(target),
                "deadline": deadline,
                "token": token,
                "uid": uid,
            }
        ),
        encoding="utf-8",
    )
    errors = (private / "errores.txt").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "muelle.grading.runner", str(order)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        start_new_session=True,
    )
    try:
        late = _wait(process, deadline + GRACE, stop)
        last = _last_line(private / "errores.txt")
        problem = "no acabó a tiempo." if late else f"se cerró sin terminar. {last or _KILLED}"
        return _result(target) or {"problem": f"El corrector de este cuaderno {problem}", "retry": True}
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()
        errors.close()
        if process.stdin:
            process.stdin.close()
        sweep(token, uid)
        with contextlib.suppress(MuelleError, OSError):
            clean(engine.connect(), token)
        for temporary in (folder, private):
            shutil.rmtree(temporary, ignore_errors=True)


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""


def _wait(process: subprocess.Popen[bytes], seconds: float, stop: threading.Event) -> bool:
    """Espera al corrector.

    Returns:
        Si hubo que dejar de esperar.
    """
    waited = 0.0
    while waited < seconds and not stop.is_set():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2)
            return False
        waited += 0.2
    return True


def _result(target: Path) -> dict[str, Any] | None:
    try:
        if target.stat().st_size > MOST_RESULT:
            return None
        return dict(json.loads(target.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _rows(submissions: Path, notebooks: list[Path], results: dict[Path, dict[str, Any]]) -> tuple[Row, ...]:
    students = {path: _student(path.relative_to(submissions)) for path in notebooks}
    owners: dict[str, set[str]] = {}
    for path in notebooks:
        owners.setdefault(results[path].get("seed", ""), set()).add(students[path])
    owners.pop("", None)
    return tuple(
        Row(
            students[path],
            _shown(path.relative_to(submissions)),
            results[path],
            tuple(sorted(owners.get(results[path].get("seed", ""), set()) - {students[path]})),
        )
        for path in notebooks
    )


def _student(relative: Path) -> str:
    return _shown(Path(relative.parts[0] if len(relative.parts) > 1 else relative.stem))


def _shown(name: Path) -> str:
    """Un nombre de archivo, para leer: el de un zip de otro sistema puede no ser UTF-8."""
    return os.fsencode(name).decode(errors="replace")
