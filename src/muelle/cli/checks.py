"""`pruebas`: todo lo que comprueba la integración continua.

Van dos filas a la vez: la que usa el motor, que espera mucho y calcula poco, y la que no, que es al revés.
Nunca hay dos comprobaciones que usen el motor a la vez: unas miran que las otras no hayan dejado nada.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .console import err, out, step
from .paths import ROOT

WITH_ENGINE = ("tests/course/test_chapters.py", "tests/course/test_exercises.py")
"""Las pruebas del curso que hablan con el motor; las demás miran la web y los textos."""


@dataclass(frozen=True)
class Check:
    """Un paso: su nombre en español y la orden que lo comprueba."""

    name: str
    command: tuple[str, ...]


Lane = tuple[Check, ...]
"""Pasos que van uno detrás de otro."""


def stages(site: Path) -> tuple[tuple[Lane, Lane], ...]:
    """Las etapas de `pruebas`; en cada una, dos filas a la vez: sin motor y con motor.

    Args:
        site: carpeta (vacía) en la que se construye la web que se mira con Chromium.
    """
    python = sys.executable
    pytest = (python, "-m", "pytest", "-q")
    publish = (python, "-m", "muelle", "libro", "--publicar", "--salida", str(site))
    others = tuple(f"--ignore={path}" for path in WITH_ENGINE)
    return (
        (
            (
                Check("Estilo del código (ruff)", (python, "-m", "ruff", "check", ".")),
                Check("Formato del código (ruff)", (python, "-m", "ruff", "format", "--check", ".")),
                Check("Tipos (mypy)", (python, "-m", "mypy")),
                Check("Cuadernos al día", (python, "-m", "muelle", "cuadernos", "--comprobar")),
                Check("Pruebas sin motor", (*pytest, "tests/unit")),
            ),
            (
                Check("Pruebas con un motor de verdad", (*pytest, "tests/live")),
                Check("El libro, ejecutado entero", publish),
            ),
        ),
        (
            (Check("La web en Chromium y los textos", (*pytest, *others, "tests/course")),),
            (Check("Capítulos y ejercicios", (*pytest, *WITH_ENGINE)),),
        ),
    )


def run(site: Path) -> int:
    """Ejecuta todos los pasos, también tras un fallo, y dice al final cuáles fallaron.

    Returns:
        0 si todos pasan, 1 si alguno falla.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Así deja un guion lo que lanza con «&», y lo heredarían las pruebas: no se podrían parar.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    environment = dict(os.environ, MUELLE_SITIO=str(site / "html"))
    running = _Running()
    failed: list[str] = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        try:
            for lanes in stages(site):
                results = [pool.submit(_run_lane, lane, environment, running) for lane in lanes]
                failed += [name for result in results for name in result.result()]
        except BaseException:
            running.stop()  # aquí dentro: al salir, la reserva espera a que acaben sus filas
            raise
    if failed:
        out.print(f"✗ {len(failed)} pasos fallaron: {'; '.join(failed)}.", style="mal", markup=False)
    else:
        out.print("✓ hecho: todas las comprobaciones pasan.", style="bien", markup=False)
    return 1 if failed else 0


class _Running:
    """Los procesos en marcha de las dos filas, para pararlos todos y que no empiece ninguno más."""

    def __init__(self) -> None:
        self.processes: set[subprocess.Popen[str]] = set()
        self.stopped = False
        self._lock = threading.Lock()

    def start(self, command: tuple[str, ...], environment: Mapping[str, str]) -> subprocess.Popen[str] | None:
        """El proceso de una orden, o None si ya se mandó parar."""
        with self._lock:
            if self.stopped:
                return None
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                errors="replace",
                start_new_session=True,  # que Ctrl-C les llegue una vez: la segunda les corta la recogida
            )
            self.processes.add(process)
            return process

    def stop(self) -> None:
        """Para los que haya como lo haría Ctrl-C, para que recojan lo suyo."""
        with self._lock:
            self.stopped = True
            for process in self.processes:
                process.terminate() if os.name == "nt" else process.send_signal(signal.SIGINT)


def _run_lane(lane: Lane, environment: Mapping[str, str], running: _Running) -> list[str]:
    """Ejecuta una fila y devuelve qué falló; lo que dice cada paso sale entero al acabar."""
    failed = []
    for check in lane:
        started = time.monotonic()
        process = running.start(check.command, environment)
        if process is None:
            break
        step(f"{check.name}…")
        said, _ = process.communicate()
        mark, style = ("✗", "mal") if process.returncode else ("✓", "bien")
        seconds = time.monotonic() - started
        out.print(said.rstrip(), markup=False, soft_wrap=True)
        err.print(f"{mark} {check.name} ({seconds:.0f} s)", style=style, markup=False)
        if process.returncode:
            failed.append(check.name)
    return failed
