"""Qué motor privado puede arrancar esta máquina para este usuario: cada módulo de aquí es una manera.

Una nueva es un archivo más, con un `LAUNCHER`: nadie más ha de saber que existe.
"""

from __future__ import annotations

import os
import shutil
from importlib import import_module
from pkgutil import iter_modules

from muelle.engine.private.folders import Folder
from muelle.engine.private.launcher import Kind, Launcher, Tell
from muelle.errors import MissingTool, MuelleError, system_reason


def known() -> list[Launcher]:
    """Las maneras que hay, por orden de preferencia."""
    modules = (import_module(f"{__name__}.{each.name}") for each in iter_modules(__path__))
    found: list[Launcher] = [module.LAUNCHER for module in modules]
    return sorted(found, key=lambda launcher: launcher.order)


def choose(paths: Folder, tell: Tell) -> Kind:
    """El motor que se puede arrancar aquí, con todo lo suyo preparado.

    Como administrador, `dockerd`; como usuario corriente, `dockerd` sin privilegios o, si no, Podman.

    Raises:
        EngineUnavailable: algo de la máquina lo impide.
        MissingTool: falta algo que instalar; la frase lo nombra.
    """
    mine = [launcher for launcher in known() if launcher.root == (os.geteuid() == 0)]
    why: list[str] = []
    for launcher in mine:
        lacks = launcher.lacks()
        if lacks is None:
            for other, reason in zip(mine, why, strict=False):
                tell(f"Para {other.title} {reason}: se usa {launcher.title}.")
            return launcher.prepare(paths, tell)
        why.append(lacks)
    advice = next((launcher.advice for launcher in mine if launcher.advice), "")
    raise MissingTool(
        f"No hay ningún motor, y para arrancar uno sin ser administrador {why[0]}; lo más corto es {advice}."
    )


def erase(paths: Folder, kind: str | None) -> None:
    """Borra los datos de un motor parado.

    Sin privilegios, parte de los archivos son de otros números de usuario: los borra quien los creó y, si no
    se sabe quién fue, se prueba con todos.

    Raises:
        MuelleError: si algo no se deja borrar.
    """
    everyone = known()
    for launcher in [each for each in everyone if kind in each.names] or everyone:
        launcher.erase(paths)
    try:
        if paths.data.exists():
            shutil.rmtree(paths.data)
    except OSError as exc:
        raise MuelleError(
            f"No se pudieron borrar los datos del motor: {system_reason(exc)} en «{exc.filename}»."
        ) from exc


def daemons() -> set[str]:
    """Los programas que escuchan en un socket del curso."""
    return {program for launcher in known() for program in launcher.daemons}


def programs() -> set[str]:
    """Todos los programas que un motor del curso puede dejar en marcha."""
    return daemons() | {program for launcher in known() for program in launcher.helpers}
