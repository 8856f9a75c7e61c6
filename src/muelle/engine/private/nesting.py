"""Un motor dentro de un contenedor con cgroup v2: hacerle sitio en los grupos de control."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

CGROUPS = Path("/sys/fs/cgroup")
_ASIDE = "muelle"
_ROUNDS = 5


def make_room(root: Path = CGROUPS) -> None:
    """Permite que debajo del grupo de este contenedor haya otros con sus controladores.

    Un grupo con procesos no puede repartir controladores entre sus hijos (cgroups(7), «no internal processes
    rule»): `dockerd` arrancaría, pero ninguno de sus contenedores. Los procesos se apartan en un grupo hijo,
    como hace la imagen `docker:dind`. Fuera de un contenedor no se toca nada: el grupo raíz de una máquina no
    tiene `cgroup.type`.

    Args:
        root: donde está montado cgroup v2.
    """
    if not (root / "cgroup.type").is_file():
        return
    shared = root / "cgroup.subtree_control"
    with suppress(OSError):  # de solo lectura: el motor dirá qué le falta
        wanted = set((root / "cgroup.controllers").read_text().split()) - set(shared.read_text().split())
        if wanted:
            _set_aside(root)
        for controller in sorted(wanted):
            with suppress(OSError):  # alguno puede no dejarse; los demás sí
                shared.write_text(f"+{controller}")


def _set_aside(root: Path) -> None:
    """Pasa los procesos de un grupo a un hijo suyo; varias vueltas, por si nacen otros mientras."""
    aside = root / _ASIDE
    aside.mkdir(exist_ok=True)
    for _ in range(_ROUNDS):
        for pid in (root / "cgroup.procs").read_text().split():
            with suppress(OSError):  # ya terminó, o es del núcleo
                (aside / "cgroup.procs").write_text(pid)
        if not (root / "cgroup.procs").read_text().split():
            return
