"""Qué pared puede levantar esta máquina, probándolo: nunca se promete más de lo que hay."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import muelle
from muelle import exercises
from muelle.engine.install import which
from muelle.errors import MuelleError

from .held import temporary

PROBE = "muelle-prueba-"
"""Las carpetas de las paredes de prueba."""

OWN_ENGINE = (
    "Tuvo un motor de usar y tirar para él solo, sin privilegios y sin red, y un usuario suyo. "
    "Aunque se saltara el guardián, no llegaba a tu motor, ni a tus archivos, ni a otra entrega."
)
OWN_USER = (
    "Corrió con un usuario suyo y con su propio /tmp; al motor, que es el tuyo, llegó por el guardián, "
    "y de él dependen tus contenedores. Pudo usar la red."
)
GUARD_ONLY = (
    "Corrió con tu mismo usuario ({why}): su código pudo leer y cambiar todo lo que tú puedes, "
    "y hablar con el motor sin pasar por el guardián."
)

SYSTEM = frozenset(
    (
        *(
            "bin",
            "boot",
            "dev",
            "etc",
            "gnu",
            "lib",
            "lib32",
            "lib64",
            "libx32",
            "nix",
            "proc",
            "sbin",
            "sys",
        ),
        "usr",
    )
)
"""Las carpetas de la raíz que un programa necesita para ejecutarse (hier(7), y las de NixOS y Guix)."""


@dataclass(frozen=True)
class Plan:
    """Cómo se aparta cada cuaderno.

    Args:
        room: si tiene su cuarto y su usuario.
        engine: el programa con el que tiene su motor, o "" si usa el de quien corrige.
        hidden: lo que se tapa en el cuarto, y `shown`, lo que vuelve a verse.
        exercises: la carpeta de ejercicios que ve el núcleo: sin soluciones si tiene cuarto.
        sentence: qué protege a quien corrige.
        why: por qué no hay más, o "".
    """

    room: bool
    engine: str
    hidden: tuple[str, ...]
    shown: tuple[str, ...]
    exercises: str
    sentence: str
    why: str = ""

    def as_json(self) -> dict[str, object]:
        """Para el encargo de un corrector."""
        return asdict(self)


def make_plan(course: Path, alone: str = "") -> Plan:
    """El plan de esta máquina.

    Args:
        course: una carpeta nuestra y vacía, para los ejercicios sin soluciones.
        alone: por qué no se puede apartar a nadie, si ya se sabe.
    """
    from .room import Room

    if why := alone or _no_room():
        return _alone(why)
    without_solutions = course / "exercises"
    shutil.copytree(
        exercises.root(),
        without_solutions,
        ignore=shutil.ignore_patterns("solution.*", "right", "wrong", "__pycache__"),
    )
    course.chmod(0o755)
    dockerd = which("dockerd") or ""
    hidden, shown = _views(without_solutions, dockerd)
    plan = Plan(True, "", hidden, shown, str(without_solutions), OWN_USER)
    if why := _fails(plan, Room):
        return _alone(why)
    if not dockerd:
        return plan
    with_engine = Plan(True, dockerd, hidden, shown, str(without_solutions), OWN_ENGINE)
    why = _fails(with_engine, Room)
    return Plan(True, "", hidden, shown, str(without_solutions), OWN_USER, why) if why else with_engine


def _alone(why: str) -> Plan:
    return Plan(False, "", (), (), str(exercises.root()), GUARD_ONLY.format(why=why), why)


def _no_room() -> str:
    if sys.platform != "linux":
        return "solo Linux sabe apartar un proceso así"
    return "" if os.geteuid() == 0 else "no eres root"


def _views(course: Path, engine: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Lo que se tapa (todo lo que no es del sistema, y las soluciones) y lo que de ello vuelve a verse."""
    needed = {
        Path(sys.base_prefix).resolve(),
        Path(sys.prefix).absolute(),
        Path(muelle.__file__).resolve().parents[1],
        course,
        *([Path(engine).resolve().parent] if engine else []),
    }
    # Con `python -m`, la carpeta en la que se está encabeza `sys.path`, y puede ser la de las entregas.
    paths = {Path(entry).resolve() for entry in sys.path if entry and Path(entry).is_dir()}
    needed |= paths - {Path.cwd().resolve()}
    hidden = {str(exercises.root().resolve()), *map(str, _not_of_the_system())}
    for path in needed:
        private = [folder for folder in reversed(path.parents) if not folder.stat().st_mode & 0o001]
        hidden |= {str(folder) for folder in private[:1]}
    return tuple(sorted(hidden)), tuple(sorted(str(path) for path in needed))


def _not_of_the_system() -> list[Path]:
    """Las carpetas de la raíz que son de las personas o de sus programas: /home, /srv, /mnt, /var…"""
    return [
        folder
        for folder in Path("/").iterdir()
        if folder.is_dir() and not folder.is_symlink() and folder.name not in SYSTEM | {"tmp"}
    ]


def _fails(plan: Plan, room: type) -> str:
    """Levanta un cuarto y ejecuta algo en él.

    Returns:
        Por qué no se puede, o "".
    """
    try:
        with temporary(PROBE) as folder, room(folder, plan) as one:
            if plan.engine:
                one.wait_for_engine()
            mark = one.home / "probado"
            code = f"import ipykernel, muelle.exercises; open({str(mark)!r}, 'w').close()"
            launched = one.launch([sys.executable, "-c", code], {"PATH": os.environ.get("PATH", "")})
            launched.wait(60)
            return "" if mark.exists() else "otro usuario no puede leer el Python o el curso"
    except (MuelleError, OSError, subprocess.SubprocessError) as error:
        return str(error).rstrip(".") or type(error).__name__
