"""Los documentos JSON de un archivo de imagen: manifiesto, índice y configuración.

Son de quien hizo el archivo: nada se da por supuesto, ni su forma ni que cuadren entre sí.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from muelle.errors import BadArchive
from muelle.model.history import Row, by_flags, instructions
from muelle.model.identity import chain_ids, familiar_names
from muelle.model.image import Image, Layer, Rule
from muelle.model.tree import LayerFiles

from .limits import MAX_INDEX_DEPTH


@dataclass(frozen=True)
class Config:
    """La configuración de una imagen (OCI, config.md).

    Args:
        id: `sha256:…` del documento.
        diff_ids: los de las capas, de abajo arriba.
        rows: el historial, de la fila más antigua a la más nueva, sin tamaños.
        empty_layer: por cada fila, si no creó capa.
    """

    id: str
    os: str
    architecture: str
    diff_ids: tuple[str, ...]
    rows: tuple[Row, ...]
    empty_layer: tuple[bool, ...]


@dataclass(frozen=True)
class Manifest:
    """Qué documento configura una imagen y en qué miembros del archivo están sus capas."""

    config: str
    layers: tuple[str, ...]
    tags: tuple[str, ...]


def load(data: bytes, name: str) -> Any:
    """Lee un documento JSON.

    Raises:
        BadArchive: si no lo es.
    """
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise BadArchive(f"El documento {name} no se entiende; vuelve a guardar la imagen.") from error


def config(data: bytes, name: str) -> Config:
    """Lee la configuración de una imagen.

    Raises:
        BadArchive: si le falta lo imprescindible.
    """
    document = _dict(load(data, name), name)
    rows, empty = [], []
    for item in _list(document.get("history") or [], name):
        row = _dict(item, name)
        rows.append(
            Row(
                _text(row.get("created_by"), name),
                created=_text(row.get("created"), name) or None,
                comment=_text(row.get("comment"), name),
            )
        )
        empty.append(row.get("empty_layer") is True)
    root = _dict(document.get("rootfs"), name)
    return Config(
        id=f"sha256:{hashlib.sha256(data).hexdigest()}",
        os=_text(document.get("os"), name),
        architecture=_text(document.get("architecture"), name),
        diff_ids=tuple(_text(item, name) for item in _list(root.get("diff_ids") or [], name)),
        rows=tuple(rows),
        empty_layer=tuple(empty),
    )


def docker_manifests(data: bytes) -> tuple[Manifest, ...]:
    """Las imágenes de `manifest.json`, que llevan todos los archivos de `docker save` y `podman save`."""
    name = "manifest.json"
    found = []
    for item in _list(load(data, name), name):
        image = _dict(item, name)
        found.append(
            Manifest(
                _text(image.get("Config"), name),
                tuple(_text(path, name) for path in _list(image.get("Layers") or [], name)),
                tuple(_text(tag, name) for tag in _list(image.get("RepoTags") or [], name)),
            )
        )
    return tuple(found)


def oci_manifests(documents: dict[str, bytes]) -> tuple[Manifest, ...]:
    """Las imágenes de `index.json`, para los archivos OCI sin `manifest.json`.

    Un índice puede llevar otros dentro, plataformas que no están en el archivo y manifiestos que no son de
    una imagen (`unknown/unknown`, las atestaciones de BuildKit): se dejan de lado.
    """
    found: list[Manifest] = []
    pending: list[tuple[str, tuple[str, ...], int]] = [("index.json", (), 0)]
    while pending:
        name, tags, depth = pending.pop()
        data = documents.get(name)
        if data is None:
            continue
        document = _dict(load(data, name), name)
        if "manifests" not in document:
            manifest = _oci_image(document, name, tags)
            if manifest is not None:
                found.append(manifest)
            continue
        if depth >= MAX_INDEX_DEPTH:
            raise BadArchive("El archivo tiene índices dentro de índices sin fin: está dañado.")
        below = [
            (blob(_text(item.get("digest"), name)), tags + _oci_tags(item, name), depth + 1)
            for item in (_dict(item, name) for item in _list(document["manifests"], name))
            if not _is_attestation(item, name)
        ]
        pending.extend(reversed(below))
        if len(pending) > len(documents) * MAX_INDEX_DEPTH + 1:
            raise BadArchive("El índice del archivo repite imágenes sin fin: está dañado.")
    return tuple(found)


def blob(digest: str) -> str:
    """El miembro de un archivo OCI en el que está un digest."""
    return f"blobs/{digest.replace(':', '/', 1)}"


def image(read: Config, tags: Sequence[str], files: Sequence[LayerFiles]) -> Image:
    """La imagen que describe una configuración, con los tamaños de lo que hay en sus capas.

    Args:
        files: las capas ya leídas, tantas como `read.diff_ids`.
    """
    chain = chain_ids(read.diff_ids)
    layers = tuple(
        Layer(position, content.diff_id, chain[position], content.digest, content.size)
        for position, content in enumerate(files)
    )
    positions = by_flags(read.empty_layer, len(layers))
    rule = Rule.CONFIG if positions is not None else Rule.UNKNOWN
    if positions is None:
        positions = (None,) * len(read.rows)
    rows = [
        Row(row.created_by, files[at].size if at is not None else 0, row.created, row.comment)
        for row, at in zip(read.rows, positions, strict=True)
    ]
    return Image(
        id=read.id,
        tags=familiar_names(tags),
        os=read.os,
        architecture=read.architecture,
        layers=layers,
        history=instructions(rows, positions),
        rule=rule,
        size=sum(content.size for content in files),
    )


def _oci_image(document: dict[str, Any], name: str, tags: tuple[str, ...]) -> Manifest | None:
    """El manifiesto de una imagen; None si el documento es de otra cosa (un gráfico de Helm, una firma)."""
    if not isinstance(document.get("config"), dict) or not isinstance(document.get("layers"), list):
        return None
    layers = tuple(blob(_text(_dict(item, name).get("digest"), name)) for item in document["layers"])
    return Manifest(blob(_text(document["config"].get("digest"), name)), layers, tuple(dict.fromkeys(tags)))


def _oci_tags(item: dict[str, Any], name: str) -> tuple[str, ...]:
    notes = _dict(item.get("annotations") or {}, name)
    full = _text(notes.get("io.containerd.image.name"), name)
    short = _text(notes.get("org.opencontainers.image.ref.name"), name)
    return (full or short,) if full or short else ()


def _is_attestation(item: dict[str, Any], name: str) -> bool:
    platform = _dict(item.get("platform") or {}, name)
    return platform.get("os") == "unknown" and platform.get("architecture") == "unknown"


def _dict(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadArchive(f"El documento {name} no tiene la forma esperada; vuelve a guardar la imagen.")
    return value


def _list(value: Any, name: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadArchive(f"El documento {name} no tiene la forma esperada; vuelve a guardar la imagen.")
    return value


def _text(value: Any, name: str) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadArchive(f"El documento {name} no tiene la forma esperada; vuelve a guardar la imagen.")
    return value.encode("utf-8", "backslashreplace").decode()
