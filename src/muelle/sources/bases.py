"""Cuál es la imagen de FROM de otra, entre las que tiene el demonio."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import docker

from muelle.faults.listing import listed_images
from muelle.model.history import Row
from muelle.model.identity import familiar_tags, is_base
from muelle.model.image import Image

from . import answers

LINEAGE = "muelle.base"
"""La LABEL de la imagen base del curso. Una LABEL se hereda y no se quita: de lo que la lleva solo puede ser
base algo que también la lleve, y las demás imágenes ni se listan."""


def _candidates(client: docker.DockerClient, of: Image) -> list[dict[str, Any]]:
    """Las imágenes entre las que puede estar la base de una: todas, salvo que su linaje diga cuáles."""
    labels = dict(of.labels)
    if LINEAGE not in labels:
        return listed_images(client.api)
    kin = listed_images(client.api, {"label": LINEAGE})
    return [each for each in kin if (each.get("Labels") or {}).keys() <= labels.keys()]


def with_base(client: docker.DockerClient, of: Image, history: Sequence[Row]) -> Image:
    """La imagen con sus `base_layers`, si se sabe cuál es la de FROM.

    Si el historial no lo dice y le faltan filas (BuildKit, imágenes cargadas), se busca entre las imágenes
    con etiqueta la mayor cuyas capas e historial sean el comienzo de los de esta (`muelle.model.is_base`).
    Queda None si es FROM scratch o la base ya no está.
    """
    if of.base_layers is not None or all(row.id for row in history):
        return of
    found = _bases.get(of.id)
    if found is None or (found.layers is None and time.monotonic() > found.asked + _ASK_AGAIN):
        found = _bases[of.id] = _Base(_search_base(client, of), time.monotonic())
    return replace(of, base_layers=found.layers)


@dataclass(frozen=True)
class _Base:
    """Cuántas capas son de la imagen de FROM, o None si no se encontró, y cuándo se preguntó."""

    layers: int | None
    asked: float


_ASK_AGAIN = 30.0
"""Segundos hasta volver a buscar una base que no estaba: pudo llegar después."""

_bases: dict[str, _Base] = {}
"""La base de cada imagen ya buscada: listar las imágenes cuesta más que todo lo demás (medio segundo con
veinte imágenes en el almacén de containerd). De qué imagen se hizo otra no puede cambiar."""

_known: dict[str, tuple[str, ...]] = {}
"""DiffID de cada identificador visto. El identificador es un digest: lo que nombra no puede cambiar."""


def diff_ids(client: docker.DockerClient, identifier: str) -> tuple[str, ...]:
    """Los DiffID de una imagen; se preguntan una vez."""
    if identifier not in _known:
        _known[identifier] = answers.diff_ids(client.api.inspect_image(identifier))
    return _known[identifier]


def _search_base(client: docker.DockerClient, of: Image) -> int | None:
    """La base más alta entre las imágenes locales con etiqueta."""
    wanted = tuple(layer.diff_id for layer in of.layers)
    written = tuple(row.created_by for row in of.history)
    found = 0
    local = _candidates(client, of)
    # El tamaño de la lista y el de inspect no cuentan lo mismo en el almacén de containerd.
    size = next((item["Size"] for item in local if item["Id"] == of.id), None)
    for item in local:
        bigger = size is not None and item["Size"] > size
        if item["Id"] == of.id or bigger or not familiar_tags(item.get("RepoTags")):
            continue
        try:
            base = diff_ids(client, item["Id"])
            if found < len(base) <= len(wanted) and wanted[: len(base)] == base:
                rows = answers.rows(client.api.history(item["Id"]))
                if is_base(base, tuple(row.created_by for row in rows), wanted, written):
                    found = len(base)
        except (docker.errors.APIError, KeyError):
            continue  # la borraron mientras tanto, o el motor no sabe contarla: no es la que se pide
    return found or None
