"""Un corrector aparte por cuaderno: lanzarlo, esperarlo, recogerlo, y recoger lo que dejó uno que murió."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muelle.processes import ended, signal_group

from .clock import Clock
from .leftovers import clean_at
from .orphans import sweep
from .wall import PROBE, Plan, abandoned, hold

GRACE = 180
"""Segundos que se dan de más a un corrector para terminar de comprobar, antes de acabar con él."""
MOST_RESULT = 10_000_000
PREFIX = "muelle-corrige-"
COPIES = "muelle-entregas-"
"""Las carpetas con las copias de las entregas."""
_KILLED = "Si le pasa cada vez, mira qué hace su código."
_KEPT = ("PATH", "PYTHONPATH", "MUELLE_EJERCICIOS", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
"""Lo único del entorno de quien corrige que llega a sus correctores: nada suyo cambia un veredicto."""


@dataclass(frozen=True)
class Job:
    """Un encargo.

    Args:
        notebook: nuestra copia del cuaderno.
        deadline: segundos de trabajo.
        plan: cómo se aparta.
        url: el motor de quien corrige, o "" si no hace falta.
    """

    notebook: Path
    deadline: float
    plan: Plan
    url: str


def run(job: Job, stop: threading.Event) -> dict[str, Any]:
    """Corrige un cuaderno; si su corrector no acaba, se acaba con él.

    Args:
        stop: se deja en cuanto esté puesto.
    """
    token = secrets.token_hex(8)
    # Los sockets Unix tienen rutas cortas: una carpeta temporal, y no la del informe.
    folder, private = (Path(tempfile.mkdtemp(prefix=PREFIX)) for _ in range(2))
    lock = hold(private, token)
    target, order = private / "resultado.json", private / "encargo.json"
    (private / "docker").mkdir()
    order.write_text(
        json.dumps(
            {
                "notebook": str(job.notebook),
                "folder": str(folder),
                "result": str(target),
                "deadline": job.deadline,
                "token": token,
                "plan": job.plan.as_json(),
                "url": job.url,
            }
        ),
        encoding="utf-8",
    )
    (private / "cuarto.txt").write_text(str(folder), encoding="utf-8")
    with (private / "errores.txt").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "muelle.grading.runner", str(order)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            env=_environment(private),
            pass_fds=(lock,),
        )
    try:
        late = _wait(process, job.deadline + GRACE, stop)
        last = _last_line(private / "errores.txt")
        problem = "no acabó a tiempo." if late else f"se cerró sin terminar. {last or _KILLED}"
        result = _result(target) or {
            "problem": f"El corrector de este cuaderno {problem}",
            "retry": True,
            "apart": job.plan.sentence,
        }
    finally:
        _end(process)
        left = _sweep_away(token, job, (folder, private))
        os.close(lock)
    return {**result, "left": [*result.get("left", []), *left]}


def _environment(private: Path) -> dict[str, str]:
    found = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {
        **found,
        "LANG": "C.UTF-8",
        "HOME": str(private),
        "DOCKER_CONFIG": str(private / "docker"),
        "MUELLE_HOME": str(private),
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Le cierra la tubería, para que recoja su cuarto; si no se va, lo mata."""
    if process.stdin:
        process.stdin.close()
    ended(process, 20)
    signal_group(process, signal.SIGKILL)
    process.wait()


def _sweep_away(token: str, job: Job, folders: tuple[Path, ...]) -> list[str]:
    """Recoge lo de un cuaderno; devuelve lo que no se dejó quitar del motor de quien corrige."""
    sweep(token)
    left = clean_at(job.url, token) if job.url and not job.plan.engine else []
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    return left


def sweep_dead(url: str) -> None:
    """Recoge lo que dejaron correctores y órdenes que murieron sin poder hacerlo.

    Args:
        url: el motor de quien corrige, o "".
    """
    for private, token in abandoned(PREFIX):
        with contextlib.suppress(OSError, ValueError):
            folder = Path((private / "cuarto.txt").read_text(encoding="utf-8"))
            sweep(token)
            if url and clean_at(url, token):
                continue  # su carpeta se queda: la próxima vez se intenta de nuevo
            if folder.name.startswith(PREFIX) and folder.lstat().st_uid == os.geteuid():
                shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(private, ignore_errors=True)
    for prefix in (COPIES, PROBE):
        for folder, _ in abandoned(prefix):
            shutil.rmtree(folder, ignore_errors=True)


def _last_line(path: Path) -> str:
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:200] if lines else ""


def _wait(process: subprocess.Popen[bytes], seconds: float, stop: threading.Event) -> bool:
    """Espera al corrector.

    Returns:
        Si hubo que dejar de esperar.
    """
    clock = Clock()
    while clock.now() < seconds and not stop.is_set():
        if ended(process, 0.2):
            return False
    return True


def _result(target: Path) -> dict[str, Any] | None:
    try:
        if target.stat().st_size > MOST_RESULT:
            return None
        return dict(json.loads(target.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
