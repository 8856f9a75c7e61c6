"""Avisar a un proceso y a los de su grupo, y nunca a los de otro que haya heredado su número.

El número de un proceso es suyo hasta que se le recoge (`Popen.wait`, `Popen.poll`); después puede ser de
cualquiera. Por eso aquí se mira si acabó sin recogerlo, y a un grupo ya recogido no se le manda nada.
Fuente: waitid(2), WNOWAIT.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress

LOOK_SECONDS = 0.02
"""Cada cuánto se mira si un proceso acabó, en segundos."""


def ended(process: subprocess.Popen[bytes], seconds: float = 0.0) -> bool:
    """Si un proceso acabó, esperándolo ese tiempo como mucho; no lo recoge, donde el sistema lo permite."""
    if process.returncode is not None:
        return True
    if sys.platform == "win32" or not hasattr(os, "waitid"):  # macOS no lo tiene hasta Python 3.13
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return process.returncode is not None
    until = time.monotonic() + seconds
    while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() >= until:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Manda una señal a un proceso lanzado con `start_new_session` y a los de su grupo.

    Si ya se le recogió, no manda nada. En Windows, que no tiene grupos, solo al proceso.
    """
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.send_signal(number)
        else:
            os.killpg(process.pid, number)
