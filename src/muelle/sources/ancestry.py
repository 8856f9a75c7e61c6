"""Los antepasados del proceso de un contenedor, mirados desde otro que ve los del anfitrión."""

from __future__ import annotations

import re
from collections.abc import Mapping

import docker
from docker.errors import APIError, ContainerError

from muelle.errors import MuelleError
from muelle.faults import plain_errors
from muelle.model.ancestry import DAEMON, KEEPERS, MANAGER, Ancestry, Process, trace

_LOOK = f"""\
cd /proc
grep -H '' [0-9]*/stat
for each in $(grep -lxE '{"|".join((DAEMON, MANAGER, *KEEPERS))}' [0-9]*/comm); do
    echo "${{each%comm}}cmdline:$(tr '\\0' '\\t' < ${{each%comm}}cmdline)"
done
"""
"""De todos, el parentesco; los argumentos, que pueden ser secretos, solo de los programas del motor."""

_STAT = re.compile(r"(\d+)/stat:\d+ \((.*)\) \S (\d+) ")
_ARGUMENTS = re.compile(r"(\d+)/cmdline:(.*)")


def ancestry(client: docker.DockerClient, name: str, image: str, labels: Mapping[str, str]) -> Ancestry:
    """Los antepasados del proceso de un contenedor.

    Args:
        name: el contenedor.
        image, labels: del contenedor desde el que se mira, que después se quita.

    Raises:
        NotFound: no existe.
        MuelleError: no está en marcha.
        EngineUnavailable: si el demonio no responde.
    """
    with plain_errors(f"el contenedor {name}"):
        found = client.api.inspect_container(name)
        called = str(found["Name"]).lstrip("/")
        pid = int(found["State"].get("Pid") or 0)
        if not pid:
            raise MuelleError(
                f"El contenedor {called} no está en marcha, y no tiene ningún proceso: "
                f"arráncalo con docker start {called}."
            )
        command = " ".join([found.get("Path") or "", *(found.get("Args") or ())]).strip()
        runtime = str((found.get("HostConfig") or {}).get("Runtime") or "")
        runtime = "" if runtime == "oci" or "." in runtime else runtime
        return trace(called, command, pid, runtime, _seen(client, image, labels))


def _seen(client: docker.DockerClient, image: str, labels: Mapping[str, str]) -> list[Process]:
    """Los procesos del anfitrión; ninguno si el motor no deja mirar."""
    order = ["sh", "-c", _LOOK]
    try:
        told = client.containers.run(
            image, order, pid_mode="host", remove=True, labels=dict(labels), stderr=False
        )
    except (APIError, ContainerError):  # sin root, el núcleo puede no dejar
        return []
    return read(told.decode(errors="replace"))


def read(told: str) -> list[Process]:
    """Los procesos que dicen los archivos `stat` y `cmdline` de `/proc`.

    Args:
        told: una línea por archivo, con su ruta delante; los argumentos, separados por tabuladores.
            Fuente: proc_pid_stat(5) y proc_pid_cmdline(5).
    """
    arguments: dict[int, tuple[str, ...]] = {}
    kin: list[tuple[int, int, str]] = []
    for line in told.splitlines():
        if match := _STAT.match(line):
            kin.append((int(match[1]), int(match[3]), match[2]))
        elif match := _ARGUMENTS.match(line):
            arguments[int(match[1])] = tuple(match[2].rstrip("\t").split("\t"))
    return [Process(pid, parent, name, arguments.get(pid, ())) for pid, parent, name in kin]
