"""Dónde escribe un contenedor, según su inspect."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import docker

from muelle.faults import plain_errors
from muelle.model.mounts import Mounted, Mounts, Place, is_unnamed, volume_called

_KINDS = {"volume": Place.VOLUME, "bind": Place.FOLDER, "tmpfs": Place.MEMORY}


def mounts(client: docker.DockerClient, name: str) -> Mounts:
    """Los sitios de un contenedor del demonio.

    Args:
        name: nombre o identificador.

    Raises:
        NotFound: si no existe.
        EngineUnavailable: si el demonio no responde.
    """
    with plain_errors(f"el contenedor {name}"):
        return read(client.api.inspect_container(name))


def read(attrs: Mapping[str, Any]) -> Mounts:
    """Los sitios que describe un inspect.

    Lo que va en memoria está en `Mounts` si se pidió con `--mount`, y en `HostConfig` si fue con `--tmpfs`;
    Podman lo pone siempre en `HostConfig`.

    Args:
        attrs: respuesta de `GET /containers/{name}/json`.
    """
    host = attrs.get("HostConfig") or {}
    found = {item["Destination"]: _mounted(item) for item in attrs.get("Mounts") or ()}
    for path in host.get("Tmpfs") or {}:
        found.setdefault(path, Mounted(path, Place.MEMORY))
    layer = Mounted("/", Place.LAYER, read_only=bool(host.get("ReadonlyRootfs")))
    return Mounts((attrs.get("Name") or "").lstrip("/"), (layer, *(found[path] for path in sorted(found))))


def _mounted(item: Mapping[str, Any]) -> Mounted:
    place = _KINDS.get(item.get("Type") or "", Place.FOLDER)
    source = str(item.get("Name") or "") if place is Place.VOLUME else str(item.get("Source") or "")
    if place is Place.VOLUME and is_unnamed(source):
        place, source = Place.ANONYMOUS, volume_called(source)
    return Mounted(item["Destination"], place, source, read_only=not item.get("RW", True))
