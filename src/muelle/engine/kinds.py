"""Qué motor privado puede arrancar esta máquina para este usuario."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable

from muelle.engine import podman, rootful, rootless
from muelle.engine.folders import Folder
from muelle.engine.kind import Kind
from muelle.errors import MissingTool, MuelleError, system_reason

_ONLY_ROOT = (
    "Sin un tramo tuyo en /etc/subuid y /etc/subgid, los procesos de un contenedor solo pueden ser root; "
    "se da con `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER`."
)


def choose(paths: Folder, tell: Callable[[str], None]) -> Kind:
    """El motor que se puede arrancar aquí, con todo lo suyo preparado.

    Como administrador, `dockerd`; como usuario corriente, `dockerd` sin privilegios o, si no, Podman.

    Raises:
        EngineUnavailable: algo de la máquina lo impide.
        MissingTool: falta algo que instalar; la frase lo nombra.
    """
    if os.geteuid() == 0:
        return rootful.prepare(paths, tell)
    lacks = rootless.lacks()
    if not lacks:
        return rootless.prepare(paths)
    if podman.available():
        tell(f"Para dockerd sin privilegios {lacks}: se usa Podman.")
        if not rootless.has_ids():
            tell(_ONLY_ROOT)
        return podman.prepare(paths)
    raise MissingTool(
        f"No hay ningún motor, y para arrancar uno sin ser administrador {lacks}; "
        "lo más corto es Podman: escribe `sudo apt-get install -y podman`."
    )


def erase(paths: Folder, kind: str | None) -> None:
    """Borra los datos de un motor parado.

    Sin privilegios, parte de los archivos son de otros números de usuario: los borra quien los creó.

    Raises:
        MuelleError: si algo no se deja borrar.
    """
    if os.geteuid() != 0:
        (podman.erase if kind == podman.NAME else rootless.erase)(paths)
    try:
        if paths.data.exists():
            shutil.rmtree(paths.data)
    except OSError as exc:
        raise MuelleError(
            f"No se pudieron borrar los datos del motor: {system_reason(exc)} en «{exc.filename}»."
        ) from exc
