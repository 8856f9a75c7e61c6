"""Los números de usuario de un cuaderno: suyos mientras se corrige, y de nadie más en toda la máquina."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from muelle.errors import MuelleError

FIRST_UID = 61000
"""El primero: de los que Debian aparta para quien los pida (política de Debian, 9.2.2)."""
PLACES = 90
NOBODY = 65534

_MAP = Path("/proc/self/uid_map")


@dataclass(frozen=True)
class Layout:
    """Cómo se reparten los números que tiene quien corrige.

    Args:
        first: el del primer puesto.
        places: cuántos puestos caben.
        inner: el primero de los que van dentro de los motores, y `each`, cuántos para cada uno.
        locks: dónde se guarda quién tiene cada puesto.
    """

    first: int
    places: int
    inner: int
    each: int
    locks: Path


FEWEST = 8192
"""Números con los que alcanza: cuatro puestos de unos dos mil."""


def layout(text: str) -> Layout:
    """El reparto, según el mapa de números del proceso.

    Args:
        text: el de `/proc/self/uid_map`. Fuera de todo espacio de usuarios están todos.

    Raises:
        MuelleError: si no alcanzan.
    """
    rows = [[int(word) for word in line.split()] for line in text.splitlines()]
    top = max(inside + count for inside, _, count in rows)
    if top > 0x7FFFFFFF:  # por encima de los que usan systemd y los tramos corrientes de /etc/subuid
        return Layout(FIRST_UID, PLACES, 0x70000000, 65536, Path("/run/muelle-corrige"))
    places = min(16, (top - 1) // 2048)
    if places < 4:
        raise MuelleError(f"Con {top} números de usuario no se puede apartar a nadie.")
    inner = 1 + 2 * places
    # Siempre en /tmp, y no donde diga TMPDIR: dos órdenes de la misma persona han de mirar en el mismo sitio.
    return Layout(1, places, inner, (top - inner) // places, Path(f"/tmp/muelle-puestos-{rows[0][1]}"))


class Numbers:
    """Un puesto: el uid del núcleo, el del motor y su tramo. Se sueltan al cerrarlo o al morir el proceso.

    Dos órdenes de corregir no comparten nunca un puesto: lo guarda un cerrojo del sistema.

    Raises:
        MuelleError: si están todos ocupados.
    """

    def __init__(self) -> None:
        import fcntl  # no existe en Windows, donde `grade` se niega antes de llegar aquí

        found = layout(_MAP.read_text(encoding="ascii"))
        folder = _own_folder(found.locks)
        for place in range(found.places):
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._lock = os.open(str(place), flags, 0o600, dir_fd=folder)
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(self._lock)
                continue
            os.close(folder)
            self.kernel, self.engine = found.first + 2 * place, found.first + 2 * place + 1
            self._start, self._count = found.inner + place * found.each, found.each
            self.clear()
            return
        os.close(folder)
        raise MuelleError(f"Ya hay {found.places} cuadernos corrigiéndose a la vez en esta máquina: espera.")

    @property
    def map(self) -> str:
        """El mapa de números de su motor: root es el uid del motor, y nadie, el último."""
        count = min(self._count, NOBODY) - 1
        last = self._start + count
        return f"0 {self.engine} 1\n1 {self._start} {count}\n{NOBODY} {last} 1\n"

    def clear(self) -> None:
        """Acaba con lo que haya de esos usuarios.

        Raises:
            MuelleError: si algo no se deja.
        """
        for uid in (self.kernel, self.engine):
            if not kill_all(uid):
                raise MuelleError(f"No se pudo acabar con los procesos del usuario {uid}.")

    def close(self) -> None:
        """Los suelta, sin nada en marcha."""
        with contextlib.suppress(MuelleError):
            self.clear()
        os.close(self._lock)


def _own_folder(path: Path) -> int:
    """Una carpeta nuestra y solo nuestra, abierta; se hace si no está.

    Raises:
        MuelleError: si es de otro.
    """
    with contextlib.suppress(FileExistsError):
        path.mkdir(mode=0o700)
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    found = os.fstat(folder)
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        os.close(folder)
        raise MuelleError(f"La carpeta {path} es de otra persona: bórrala, o pide que la borren.")
    return folder


def kill_all(uid: int) -> bool:
    """Acaba con todos los procesos de un usuario, también los que figuran como zombis y siguen vivos.

    La señal la manda ese mismo usuario a todos los suyos de una vez (kill(2), pid -1).

    Returns:
        Si no queda ninguno.
    """
    for _ in range(50):
        if not alive(uid):
            return True
        subprocess.run(
            ["/bin/sh", "-c", "kill -9 -1"],
            user=uid,
            group=uid,
            extra_groups=[],
            cwd="/",
            env={},
            check=False,
            capture_output=True,
        )
        time.sleep(0.02)
    return not alive(uid)


def alive(uid: int) -> list[int]:
    """Los procesos de un usuario en los que queda algún hilo vivo."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.uids().real == uid and has_threads(process.pid):
                found.append(process.pid)
    return found


def has_threads(pid: int) -> bool:
    """Si le queda algún hilo que no sea un zombi: el principal puede haber acabado y los otros no."""
    for status in Path(f"/proc/{pid}/task").glob("*/stat"):
        with contextlib.suppress(OSError, IndexError):
            if status.read_text(encoding="ascii", errors="replace").rpartition(") ")[2][0] not in "ZX":
                return True
    if Path("/proc/self/task").exists():
        return False
    with contextlib.suppress(psutil.Error):
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    return False
