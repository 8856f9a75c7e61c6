"""Acabar con todo lo que lanzó un núcleo sin cuarto, que se ejecuta con el usuario de quien corrige."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time

import psutil

from muelle.processes import signal_group

from .wall.numbers import has_threads

MARK = "MUELLE_ENTREGA"
"""La variable que lleva en su entorno el núcleo, y lo que lance."""

_SUBREAPER = 36
_TIMES = 50


class Orphans:
    """Lo que se quede sin padre entre los descendientes de este proceso, desde que se crea.

    En Linux pasa a ser hijo de este, y no del primero de la máquina, donde no se le distinguiría.
    Fuente: prctl(2), PR_SET_CHILD_SUBREAPER.
    """

    def __init__(self) -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
        self._before = {child.pid for child in psutil.Process().children(recursive=True)}

    def end(self, process: subprocess.Popen[bytes], token: str) -> None:
        """Acaba con el núcleo y con todo lo que lanzó, lleve o no la marca, figure o no como zombi."""
        signal_group(process, signal.SIGKILL)
        for _ in range(_TIMES):
            left = self._alive()
            if not left:
                break
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)  # es descendiente nuestro: su número aún es suyo
            time.sleep(0.02)
        sweep(token)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)

    def _alive(self) -> list[int]:
        found = [child.pid for child in psutil.Process().children(recursive=True)]
        return [pid for pid in found if pid not in self._before and has_threads(pid)]


def sweep(token: str) -> None:
    """Acaba con los procesos que lleven la marca, hasta que no quede ninguno."""
    for _ in range(20):
        left = [process for process in psutil.process_iter() if _marked(process, token)]
        if not left:
            return
        for process in left:
            with contextlib.suppress(psutil.Error):
                process.kill()
        time.sleep(0.02)


def _marked(process: psutil.Process, token: str) -> bool:
    with contextlib.suppress(psutil.Error, OSError):
        return bool(process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == token)
    return False
