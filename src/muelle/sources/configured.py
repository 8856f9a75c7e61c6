"""La configuración de una imagen del demonio: la API no la enseña entera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import docker

from muelle.errors import BadArchive
from muelle.model.extraction import Store

from . import answers, archive, stored
from .documents import Config
from .limits import PIECE


def config(client: docker.DockerClient, attrs: dict[str, Any]) -> Config | None:
    """La configuración: la que esté a mano o la del archivo de `docker save`.

    Args:
        attrs: respuesta de `GET /images/{name}/json`.

    Returns:
        None si el motor no sabe hacer ese archivo.
    """
    found = at_hand(client, attrs)
    if found is not None:
        return found
    wanted = answers.diff_ids(attrs)
    try:
        read = archive.configs(client.api.get_image(attrs["Id"], chunk_size=PIECE))
    except (docker.errors.APIError, BadArchive, KeyError):
        return None
    return next((each for each in read if each.diff_ids == wanted), None)


def at_hand(client: docker.DockerClient, attrs: dict[str, Any]) -> Config | None:
    """La configuración, si se puede leer del disco del demonio."""
    return stored.config(client, attrs, _settings(client).root)


def flags(client: docker.DockerClient, attrs: dict[str, Any]) -> tuple[bool, ...] | None:
    """Los `empty_layer` de la configuración, o None si no se puede leer."""
    found = config(client, attrs)
    return found.empty_layer if found is not None else None


def flags_at_hand(client: docker.DockerClient, attrs: dict[str, Any]) -> tuple[bool, ...] | None:
    """Los `empty_layer` de la configuración, o None si no se puede leer del disco del demonio."""
    found = at_hand(client, attrs)
    return found.empty_layer if found is not None else None


def store(client: docker.DockerClient) -> Store:
    """Cómo extrae las capas el almacén de un demonio."""
    return Store.MERGED if _settings(client).driver in _MERGED else Store.OVERLAY


_MERGED = ("vfs", "btrfs", "zfs", "native", "devmapper", "blockfile")
"""Los almacenes que extraen cada capa encima de lo ya extraído, y no en una carpeta suya."""


@dataclass(frozen=True)
class _Settings:
    """Lo que un demonio dice de sí mismo y no cambia: su almacén y su carpeta de datos."""

    driver: str
    root: str


_daemons: WeakKeyDictionary[docker.APIClient, _Settings] = WeakKeyDictionary()


def _settings(client: docker.DockerClient) -> _Settings:
    """Lo que dice el demonio de sí mismo; se pregunta una vez por cliente."""
    if client.api not in _daemons:
        told = client.api.info()
        _daemons[client.api] = _Settings(str(told.get("Driver") or ""), str(told.get("DockerRootDir") or ""))
    return _daemons[client.api]
