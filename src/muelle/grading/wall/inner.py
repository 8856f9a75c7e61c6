"""Un espacio de usuarios para quien corrige sin ser root: dentro es root, y puede levantar la pared.

Como los motores sin privilegios: `newuidmap` y `newgidmap` reparten los números que el administrador dio a
la persona en `/etc/subuid` y `/etc/subgid`. Fuente: user_namespaces(7), newuidmap(1), subuid(5).
"""

from __future__ import annotations

import os
import pwd
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from muelle.engine.install import which

from .first import NEWUSER, call
from .held import temporary
from .numbers import FEWEST

MOST = 65536
"""Números que se usan como mucho, además del de la persona."""


def enter() -> str:
    """Entra en un espacio de usuarios en el que este proceso es root, si en él cabe la pared; ya no sale.

    Antes se prueba en otro proceso. Hace falta que este no tenga más hilos.

    Returns:
        "" si ya se puede levantar la pared; si no, por qué.
    """
    if sys.platform != "linux" or os.geteuid() == 0:
        return ""
    if why := _missing():
        return why
    said = _tried()
    if not said:
        _become_root()
    return said


def _missing() -> str:
    tools = [name for name in ("newuidmap", "newgidmap") if not which(name)]
    if tools:
        return "no eres root y falta newuidmap, del paquete uidmap"
    if not which("dockerd"):
        return "no eres root y falta dockerd, del paquete docker.io"
    if min(_numbers("subuid")[1], _numbers("subgid")[1]) < FEWEST:
        return "no eres root y tu usuario no tiene números de sobra en /etc/subuid y /etc/subgid"
    return ""


def _numbers(table: str) -> tuple[int, int]:
    """El tramo de la persona: el primero y cuántos; (0, 0) si no tiene."""
    uid = os.getuid()
    names = {str(uid)}
    with suppress(KeyError):
        names.add(pwd.getpwuid(uid).pw_name)
    with suppress(OSError, ValueError):
        for line in Path("/etc", table).read_text(encoding="utf-8").splitlines():
            name, start, count = line.split(":")
            if name in names:
                return int(start), min(int(count), MOST)
    return 0, 0


def _tried() -> str:
    """Lo mismo en otro proceso: entra y levanta una pared de prueba.

    Returns:
        "" si se puede; si no, por qué.
    """
    code = "from muelle.grading.wall.inner import probe; probe()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode == 0 and done.stdout.strip():
        return done.stdout.strip().removeprefix("✓")
    last = done.stderr.strip().splitlines()[-1:]
    return f"no eres root y el sistema no deja apartar un proceso: {last[0][:200] if last else '?'}"


def probe() -> None:
    """Entra, levanta una pared y dice si pudo: una marca, o por qué no."""
    from .plan import PROBE, make_plan

    _become_root()
    with temporary(PROBE) as course:
        plan = make_plan(course)
        print("✓" if plan.engine else f"no eres root, y sin serlo {plan.why}")


def _become_root() -> None:
    """Pasa a ser root de un espacio de usuarios nuevo, con los números de la persona.

    Raises:
        OSError: si el sistema no deja.
    """
    me, uid, gid = os.getpid(), os.getuid(), os.getgid()
    ready = os.pipe()
    maps = [
        [str(which(tool)), str(me), "0", str(own), "1", "1", *(str(each) for each in _numbers(table))]
        for tool, own, table in (("newuidmap", uid, "subuid"), ("newgidmap", gid, "subgid"))
    ]
    helper = os.fork()
    if not helper:  # se queda fuera: quien reparte números ha de estar en el espacio de la persona
        try:
            os.close(ready[1])
            os.read(ready[0], 1)
            failed = [command for command in maps if subprocess.run(command, check=False).returncode]
            os._exit(bool(failed))
        finally:
            os._exit(1)
    call("unshare", NEWUSER)
    os.close(ready[0])
    os.close(ready[1])
    _, status = os.waitpid(helper, 0)
    if status:
        raise OSError(f"{maps[0][0]} no repartió los números")
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
