"""Los sitios en los que suele escuchar un motor."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from muelle.engine.endpoint import Endpoint


def well_known(environment: Mapping[str, str] | None = None, home: Path | None = None) -> list[Endpoint]:
    """Los motores que puede haber en esta máquina, del más al menos habitual.

    Solo se devuelven los sockets cuyo archivo existe: lo demás no merece una pregunta.

    Args:
        environment: las variables de entorno; por defecto, las del proceso.
        home: la carpeta de la persona.
    """
    variables = os.environ if environment is None else environment
    if sys.platform == "win32":
        pipes = {
            "//./pipe/docker_engine": "la tubería de Docker Desktop",
            "//./pipe/podman-machine-default": "la tubería de Podman",
        }
        return [Endpoint(f"npipe://{path}", origin) for path, origin in pipes.items() if _is_pipe(path)]
    return [
        Endpoint(f"unix://{path}", origin)
        for path, origin in _unix(variables, home or Path.home())
        if _exists(path)
    ]


def _unix(variables: Mapping[str, str], home: Path) -> list[tuple[Path, str]]:
    candidates = [
        (Path("/var/run/docker.sock"), "el socket habitual de Docker"),
        (home / ".docker/run/docker.sock", "el socket de Docker Desktop"),
        (home / ".docker/desktop/docker.sock", "el socket de Docker Desktop"),
        (home / ".colima/default/docker.sock", "el socket de Colima"),
        (home / ".config/colima/default/docker.sock", "el socket de Colima"),
        (home / ".rd/docker.sock", "el socket de Rancher Desktop"),
        (home / ".orbstack/run/docker.sock", "el socket de OrbStack"),
    ]
    runtime = variables.get("XDG_RUNTIME_DIR")
    if runtime:
        candidates += [
            (Path(runtime) / "docker.sock", "el socket de Docker sin privilegios (rootless)"),
            (Path(runtime) / "podman/podman.sock", "el socket de Podman de tu usuario"),
        ]
    candidates += [
        (
            home / ".local/share/containers/podman/machine/podman.sock",
            "el socket de la máquina virtual de Podman",
        ),
        (Path("/run/podman/podman.sock"), "el socket de Podman del sistema"),
    ]
    return candidates


def _is_pipe(path: str) -> bool:
    """Si hay una tubería de Windows. Preguntar por ella es abrirla: la que está ocupada también existe."""
    try:
        return Path(path).exists()
    except OSError:
        return True


def _exists(path: Path) -> bool:
    """Si hay un socket. Una carpeta que no se deja mirar no cuenta: no se sabe si lo hay."""
    try:
        return path.is_socket()
    except OSError:
        return False
