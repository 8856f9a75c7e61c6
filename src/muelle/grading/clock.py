"""Un reloj que mide el trabajo del cuaderno y no lo ocupada que está la máquina.

Con más procesos listos que procesadores, cada uno avanza despacio: el reloj, también. Y se para mientras
trabaja el corrector.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

MOST = 10.0
"""Cuánto puede estirarse un plazo, haga lo que haga el cuaderno."""
TICK = 0.25

_LOAD = Path("/proc/loadavg")


def slowness() -> float:
    """Cuántos procesos listos hay por procesador, de 1 a `MOST`; 1 si no se sabe. Fuente: proc_loadavg(5)."""
    try:
        ready = int(_LOAD.read_text(encoding="ascii").split()[3].partition("/")[0])
    except (OSError, ValueError, IndexError):
        ready = round(os.getloadavg()[0]) if hasattr(os, "getloadavg") else 1
    return min(MOST, max(1.0, ready / (os.cpu_count() or 1)))


class Clock:
    """Segundos de trabajo desde que se creó."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._worked, self._last, self._paused = 0.0, time.monotonic(), 0
        self._rate = 1.0

    def now(self) -> float:
        """Los segundos de trabajo hasta ahora; hay que preguntarlo a menudo."""
        with self._lock:
            moment = time.monotonic()
            if not self._paused:
                lasted = moment - self._last
                if lasted >= TICK:  # el número de procesos listos salta: se suaviza
                    self._rate = (self._rate + slowness()) / 2
                self._worked += lasted / self._rate
            self._last = moment
            return self._worked

    def __enter__(self) -> None:
        self.now()
        with self._lock:
            self._paused += 1

    def __exit__(self, *_error: object) -> None:
        self.now()
        with self._lock:
            self._paused -= 1
            self._last = time.monotonic()
