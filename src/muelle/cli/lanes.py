"""Filas de pasos que van a la vez: qué dice cada uno, por dónde va, cuánto tarda y cómo se paran todos."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from .console import err, out, step
from .paths import ROOT

CANNOT = 69
"""Código con que una orden dice que aquí no se puede hacer lo suyo: `EX_UNAVAILABLE` de sysexits.h."""

NEWS_SECONDS = 20.0
"""Cada cuánto se dice por dónde va cada paso."""

_PERCENT = re.compile(rb"\[ *(\d+)%\]")


@dataclass(frozen=True)
class Check:
    """Un paso: su nombre en español, la orden que lo comprueba y qué paso ha de acabar antes."""

    name: str
    command: tuple[str, ...]
    after: str = ""


@dataclass(frozen=True)
class Lane:
    """Pasos que van uno detrás de otro, con las variables de entorno de todos ellos."""

    checks: tuple[Check, ...]
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))


@dataclass
class Outcome:
    """Cómo acabaron los pasos: los que fallaron y los que aquí no se pudieron hacer."""

    failed: list[str] = field(default_factory=list)
    undone: list[str] = field(default_factory=list)


def run(lanes: Sequence[Lane]) -> Outcome:
    """Ejecuta las filas a la vez, todos sus pasos aunque alguno falle.

    Si se interrumpe, para lo que esté en marcha como lo haría Ctrl-C y no empieza nada más.
    """
    running = _Running([check.name for lane in lanes for check in lane.checks])
    outcome = Outcome()
    with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
        try:
            pending: set[Future[None]] = {pool.submit(_run_lane, lane, running, outcome) for lane in lanes}
            while pending:
                finished, pending = wait(pending, timeout=NEWS_SECONDS)
                for each in finished:
                    each.result()
                if pending and (news := running.news()):
                    step(news)
        except BaseException:
            running.stop()  # aquí dentro: al salir, la reserva espera a que acaben sus filas
            raise
    return outcome


@dataclass
class _Process:
    """Una orden en marcha y lo que lleva dicho."""

    check: Check
    popen: subprocess.Popen[bytes]
    said: bytearray = field(default_factory=bytearray)
    started: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Los que lleva en marcha."""
        return time.monotonic() - self.started

    def listen(self) -> int:
        """Recoge lo que dice hasta que acaba; devuelve su código."""
        assert self.popen.stdout is not None
        while piece := os.read(self.popen.stdout.fileno(), 65536):
            self.said += piece
        self.popen.stdout.close()
        return self.popen.wait()

    def news(self) -> str:
        """Por dónde va: su nombre, el tanto por ciento si lo dice y los segundos que lleva."""
        told = _PERCENT.findall(self.said[-4000:])
        percent = f" {told[-1].decode()} %," if told else ""
        return f"{self.check.name}:{percent} {self.seconds:.0f} s"


class _Running:
    """Los procesos en marcha de todas las filas, y los pasos que ya acabaron."""

    def __init__(self, names: Sequence[str]) -> None:
        self._finished = {name: threading.Event() for name in names}
        self._processes: dict[str, _Process] = {}
        self._stopped = False
        self._lock = threading.Lock()

    def start(self, check: Check, environment: Mapping[str, str]) -> _Process | None:
        """El proceso de un paso, cuando le toca; None si ya se mandó parar."""
        if check.after:
            self._finished[check.after].wait()
        with self._lock:
            if self._stopped:
                return None
            popen = subprocess.Popen(
                check.command,
                cwd=ROOT,
                env={**environment, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # que Ctrl-C les llegue una vez: la segunda les corta la recogida
            )
            process = self._processes[check.name] = _Process(check, popen)
            return process

    def finish(self, check: Check) -> None:
        """Apunta que un paso acabó, bien o mal."""
        with self._lock:
            self._processes.pop(check.name, None)
        self._finished[check.name].set()

    def news(self) -> str:
        """Por dónde va cada paso en marcha."""
        with self._lock:
            return " · ".join(process.news() for process in self._processes.values())

    def stop(self) -> None:
        """Para los que haya como lo haría Ctrl-C, para que recojan lo suyo, y suelta a los que esperan."""
        with self._lock:
            self._stopped = True
            for process in self._processes.values():
                if os.name == "nt":
                    process.popen.terminate()
                else:
                    process.popen.send_signal(signal.SIGINT)
        for event in self._finished.values():
            event.set()


def _run_lane(lane: Lane, running: _Running, outcome: Outcome) -> None:
    """Ejecuta una fila; lo que dice cada paso sale entero al acabar."""
    for check in lane.checks:
        process = running.start(check, lane.environment)
        if process is None:
            return
        step(f"{check.name}…")
        try:
            code = process.listen()
        finally:
            running.finish(check)
        out.print(process.said.decode("utf-8", "replace").rstrip(), markup=False, soft_wrap=True)
        mark, style = {0: ("✓", "bien"), CANNOT: ("!", "nota")}.get(code, ("✗", "mal"))
        how = " no se pudo hacer aquí" if code == CANNOT else ""
        if code < 0:  # sin esto, a quien mataron parece que solo falló
            how = f": lo mató la señal {-code}"
        err.print(f"{mark} {check.name}{how} ({process.seconds:.0f} s)", style=style, markup=False)
        if code == CANNOT:
            outcome.undone.append(check.name)
        elif code:
            outcome.failed.append(check.name)
