"""Quién más usa un motor en esta máquina.

Las celdas ponen a lo que crean el mismo nombre y la misma marca sea quien sea quien las ejecute, así que dos
personas con un mismo motor se quitan contenedores. Cada cual deja dicho que está con un socket abstracto
(unix(7)): su nombre lo ve todo el sistema y desaparece con su proceso. Solo los hay en Linux.
"""

from __future__ import annotations

import hashlib
import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LISTED = Path("/proc/net/unix")


@contextmanager
def present(engine_url: str) -> Iterator[None]:
    """Mientras dura, los demás ven que esta persona está usando ese motor.

    Args:
        engine_url: la dirección del motor, como en `DOCKER_HOST`.
    """
    if sys.platform != "linux":
        yield
        return
    with socket.socket(socket.AF_UNIX) as mark:
        with suppress(OSError):  # ya lo dice otra orden suya
            mark.bind(f"\0{_prefix(engine_url)}{os.getuid()}")
        yield


def others(engine_url: str) -> list[str]:
    """Los nombres de quienes usan ahora ese motor, sin esta persona.

    Args:
        engine_url: como en `present`.
    """
    if sys.platform != "linux":
        return []
    try:
        listed = _LISTED.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found = re.findall(rf"@{_prefix(engine_url)}(\d+)$", listed, re.MULTILINE)
    return sorted(_name(int(each)) for each in set(found) - {str(os.getuid())})


def _prefix(engine_url: str) -> str:
    return f"muelle-{hashlib.sha256(engine_url.encode()).hexdigest()[:16]}-"


def _name(uid: int) -> str:
    import pwd  # aquí dentro: en Windows no está

    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"el usuario {uid}"
