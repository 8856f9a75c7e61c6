"""Los anillos de un contenedor: lo que dice el núcleo de su proceso, y lo que apuntó el motor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import docker
from docker.errors import APIError, ContainerError

from muelle.errors import MuelleError
from muelle.faults import plain_errors
from muelle.model.rings import Confined, capabilities, mapped

_PARTS = 3
_LOOK = "cat /proc/1/status; echo; cat /proc/1/uid_map; echo; cat /proc/sys/kernel/cap_last_cap"
_FIELD = re.compile(r"^(\w+):\t(\S+)", re.MULTILINE)


def rings(client: docker.DockerClient, name: str, image: str, labels: Mapping[str, str]) -> Confined:
    """Los anillos del proceso principal de un contenedor.

    Args:
        name: el contenedor.
        image, labels: del contenedor desde el que se mira, que ve sus procesos y después se quita.

    Raises:
        NotFound: no existe.
        MuelleError: no está en marcha, o el motor no deja mirar sus procesos.
        EngineUnavailable: si el demonio no responde.
    """
    with plain_errors(f"el contenedor {name}"):
        found = client.api.inspect_container(name)
        called = str(found["Name"]).lstrip("/")
        if not found["State"].get("Running"):
            raise MuelleError(
                f"El contenedor {called} no está en marcha, y no tiene ningún proceso: "
                f"arráncalo con docker start {called}."
            )
        beside = f"container:{found['Id']}"
        order = ["sh", "-c", _LOOK]
        try:
            told = client.containers.run(
                image, order, pid_mode=beside, network_mode="none", remove=True, labels=dict(labels)
            )
        except (APIError, ContainerError) as error:
            raise MuelleError(
                f"El motor no deja mirar el proceso de {called} desde otro contenedor."
            ) from error
        return read(found, told.decode(errors="replace"))


def read(attrs: Mapping[str, Any], told: str) -> Confined:
    """Los anillos que describen un inspect y los archivos del proceso.

    Args:
        attrs: respuesta de `GET /containers/{name}/json`.
        told: `status` y `uid_map` del proceso y la última capacidad que conoce el núcleo, con una línea en
            blanco entre uno y otro. Fuente: proc_pid_status(5).

    Raises:
        MuelleError: llegó a medias.
    """
    parts = told.split("\n\n")
    if len(parts) != _PARTS or not parts[-1].strip():
        raise MuelleError("El motor dio a medias lo que rodea al proceso: vuelve a ejecutar la celda.")
    status, table, last = parts
    fields = dict(_FIELD.findall(status))
    user = int(fields["Uid"])
    host = attrs.get("HostConfig") or {}
    covered = host.get("MaskedPaths")
    return Confined(
        str(attrs.get("Name") or "").lstrip("/"),
        " ".join([attrs.get("Path") or "", *(attrs.get("Args") or ())]).strip(),
        user,
        mapped(user, table),
        capabilities(fields["CapEff"]),
        int(last) + 1,
        fields.get("Seccomp") == "2",
        fields.get("NoNewPrivs") == "1",
        bool(host.get("ReadonlyRootfs")),
        None if covered is None else len(covered),
    )
