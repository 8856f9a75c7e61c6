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
from muelle.model.history import Row, by_config, instructions
from muelle.model.identity import chain_ids, familiar_names
from muelle.model.image import Image, Layer
from muelle.model.tree import LayerFiles

from .limits import DOCUMENT_COST, MAX_DOCUMENTS, MAX_INDEX_DEPTH

_IMAGE_CONFIGS = (
    "",  # quien no lo dice
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
)
"""Los tipos de la configuración de una imagen; con otro, el manifiesto es de otra cosa."""


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


@dataclass
class Reading:
    """Lo que queda por leer de los documentos de un archivo, contando cada vez que se lee uno."""

    left: int = MAX_DOCUMENTS

    def spend(self, data: bytes) -> None:
        """Raises: BadArchive si se acaba."""
        self.left -= len(data) + DOCUMENT_COST
        if self.left < 0:
            raise BadArchive("El archivo repite imágenes sin fin: está dañado.")


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


def oci_manifests(documents: dict[str, bytes], budget: Reading) -> tuple[Manifest, ...]:
    """Las imágenes de `index.json`, para los archivos OCI sin `manifest.json`.

    Un índice puede llevar otros dentro, plataformas que no están en el archivo y manifiestos que no son de
    una imagen (`unknown/unknown`, las atestaciones de BuildKit): se dejan de lado.

    Args:
        documents: los del archivo, por el nombre de su miembro.
        budget: lo que le queda por leer al archivo entero.
    """
    found: list[Manifest] = []
    pending: list[tuple[str, tuple[str, ...], int]] = [("index.json", (), 0)]
    while pending:
        path, tags, depth = pending.pop()
        data = documents.get(path)
        if data is None:
            continue
        name = short_name(path)
        budget.spend(data)
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
    return tuple(found)


def short_name(name: str) -> str:
    """El nombre de un miembro, recortado e inofensivo para un mensaje: `03901adf46c4…/layer.tar`."""
    parts = "".join(each if each.isprintable() else "�" for each in name).split("/")[-2:]
    return "/".join(part if len(part) < 32 else f"{part[:12]}…" for part in parts if part != "sha256")


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
    positions, rule = by_config(read.empty_layer, len(layers))
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
    described, parts = document.get("config"), document.get("layers")
    if "artifactType" in document or not isinstance(described, dict) or not isinstance(parts, list):
        return None
    layers = [_dict(item, name) for item in parts]
    types = [_text(each.get("mediaType"), name) for each in layers]
    if _text(described.get("mediaType"), name) not in _IMAGE_CONFIGS or not all(map(_is_layer, types)):
        return None
    return Manifest(
        blob(_text(described.get("digest"), name)),
        tuple(blob(_text(each.get("digest"), name)) for each in layers),
        tuple(dict.fromkeys(tags)),
    )


def _is_layer(media_type: str) -> bool:
    """Si un tipo es el de una capa (`…layer.v1.tar+gzip`, `…rootfs.diff.tar.gzip`); sin tipo, lo parece."""
    return not media_type or ".tar" in media_type


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
