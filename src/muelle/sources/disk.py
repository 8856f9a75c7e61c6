"""Qué ocupa cada cosa en un motor, según `GET /system/df`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from typing import Any

import docker
from docker.errors import APIError

from muelle.faults import plain_errors
from muelle.faults.listing import listed_images
from muelle.model.disk import Disk, Held, HeldImage, disk
from muelle.model.identity import familiar_tags
from muelle.model.image import Rule, short_id
from muelle.model.mounts import volume_called

from . import answers


def usage(client: docker.DockerClient, ours: Set[str], *, together: bool) -> Disk:
    """El disco del motor, repartido.

    Cuesta `GET /system/df`, que recorre los volúmenes, y dos peticiones por imagen (inspect e history).

    Args:
        ours: los identificadores (de un volumen, el nombre) de lo del curso: Podman no da aquí etiquetas.
        together: si guarda las capas containerd, que cuenta todo junto (`muelle.model.disk`).

    Raises:
        EngineUnavailable: si el demonio no responde, o no acaba la cuenta a tiempo.
    """
    with plain_errors("lo que ocupa cada cosa"):
        told = client.df()
        # Podman cuenta aquí también los pasos intermedios, que comparten todo con su imagen.
        listed = {_bare(item["Id"]) for item in listed_images(client.api)}
        whole = [item for item in told.get("Images") or () if _bare(item["Id"]) in listed]
        images = [_image(client, item, ours) for item in whole]
    return disk(
        told.get("LayersSize") or None,
        images,
        [_container(item, ours) for item in told.get("Containers") or ()],
        [_volume(item, ours) for item in told.get("Volumes") or ()],
        _steps(told.get("BuildCache") or ()),
        together=together,
    )


def _image(client: docker.DockerClient, item: Mapping[str, Any], ours: Set[str]) -> HeldImage:
    """Una imagen con los bytes de cada capa, si su historial los reparte sin dudas.

    El nombre se pide también a inspect: el que da aquí Podman es solo la etiqueta.
    """
    names, layers = familiar_tags(item.get("RepoTags")), None
    with suppress(APIError, KeyError):  # la borraron mientras tanto, o el motor no sabe contarla
        rows = answers.rows(client.api.history(item["Id"]))
        found = answers.image(client.api.inspect_image(item["Id"]), rows, lambda: None, lambda: None)
        names = found.tags
        if found.rule is not Rule.UNKNOWN:
            layers = tuple((layer.chain_id, layer.size or 0) for layer in found.layers)
    name = names[0].removesuffix(":latest") if names else f"sin nombre ({short_id(item['Id'])})"
    return HeldImage(name, layers, _bare(item["Id"]) in ours)


def _bare(identifier: str) -> str:
    """Un identificador sin su algoritmo: Podman no lo pone siempre."""
    return identifier.removeprefix("sha256:")


def _container(item: Mapping[str, Any], ours: Set[str]) -> Held:
    """La capa de escritura de un contenedor; el motor calla los bytes cuando son cero."""
    name = (item.get("Names") or [item["Id"][:12]])[0].lstrip("/")
    note = "" if item.get("State") == "running" else "parado"
    return Held(name, item.get("SizeRw") or 0, item["Id"] in ours, note)


def _volume(item: Mapping[str, Any], ours: Set[str]) -> Held:
    """Un volumen; de los que no están en el disco del motor no se sabe el tamaño (−1)."""
    used = item.get("UsageData") or {}
    size = used.get("Size", -1)
    return Held(
        volume_called(item["Name"]),
        None if size is None or size < 0 else size,
        item["Name"] in ours,
        "nadie lo usa" if used.get("RefCount") == 0 else "",
    )


def _steps(cache: Sequence[Mapping[str, Any]]) -> list[int]:
    """Los pasos guardados que no son también capas de una imagen: esos ya están contados."""
    return [item.get("Size") or 0 for item in cache if not item.get("Shared")]
