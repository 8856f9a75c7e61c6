"""El índice de un archivo OCI (`index.json`) y las imágenes a las que lleva."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muelle.errors import BadArchive
from muelle.model.image import platform

from . import gojson
from .documents import Manifest, Part, Reading, blob, digests, short_name
from .gojson import load, mapping, sequence, text, texts
from .limits import MAX_INDEX_DEPTH

_IMAGE_CONFIGS = (
    "",  # quien no lo dice
    "application/vnd.oci.image.config.v1+json",
    "application/vnd.docker.container.image.v1+json",
)
"""Los tipos de la configuración de una imagen; con otro, el manifiesto es de otra cosa."""

_ATTESTATION = "attestation-manifest"


@dataclass
class Index:
    """Lo que nombra un índice.

    Args:
        manifests: las imágenes que están en el archivo, sin repetir.
        missing: por cada índice, las plataformas que nombra y cuyo manifiesto no está.
        whole: si está todo lo que se nombra, se diga o no de qué plataforma es.
    """

    manifests: list[Manifest] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)
    whole: bool = True


def read_index(documents: Mapping[str, bytes], budget: Reading) -> Index:
    """Las imágenes de `index.json`.

    Un índice puede llevar otros dentro, plataformas que no están en el archivo y manifiestos que no son de
    una imagen (las atestaciones de BuildKit, una firma): de las primeras se apunta que faltan.

    Args:
        documents: los del archivo, por el nombre de su miembro.
        budget: lo que le queda por leer al archivo entero.

    Raises:
        BadArchive: si algún índice o manifiesto no tiene su forma.
    """
    found = Index()
    pending: list[_Named] = [_Named("index.json", (), "", "", 0)]
    while pending:
        item = pending.pop()
        data = documents.get(item.member) or item.data
        if data is None:
            found.whole = found.whole and not item.depth
            if item.platform and item.depth:
                found.missing.setdefault(item.index, []).append(item.platform)
            continue
        name = short_name(item.member)
        budget.spend(data)
        document = mapping(load(data, name), name)
        listed = gojson.field(document, "manifests")
        if listed is None:
            manifest = _image(document, name, item)
            if manifest is not None:
                found.manifests.append(manifest)
            continue
        if item.depth >= MAX_INDEX_DEPTH:
            raise BadArchive("El archivo tiene índices dentro de índices sin fin: está dañado.")
        below = [_named(mapping(each, name), name, item) for each in sequence(listed, name)]
        pending.extend(each for each in reversed(below) if each is not None)
    return found


@dataclass(frozen=True)
class _Named:
    """Un documento al que lleva un índice."""

    member: str
    tags: tuple[str, ...]
    platform: str
    index: str
    depth: int
    data: bytes | None = None


def _named(item: dict[str, Any], name: str, parent: _Named) -> _Named | None:
    """Lo que dice un índice de uno de los suyos; None si dice que es una atestación."""
    notes = mapping(gojson.field(item, "annotations") or {}, name)
    if notes.get("vnd.docker.reference.type") == _ATTESTATION:
        return None
    full = text(notes.get("io.containerd.image.name"), name)
    tag = full or text(notes.get("org.opencontainers.image.ref.name"), name)
    described = mapping(gojson.field(item, "platform") or {}, name)
    keys = ("os", "architecture", "variant", "os.version")
    parts = [text(gojson.field(described, key), name) for key in keys]
    if parts[:2] == ["unknown", "unknown"]:
        return None
    return _Named(
        blob(text(gojson.field(item, "digest"), name)),
        (*parent.tags, tag) if tag else parent.tags,
        platform(*parts) if parts[0] else "",
        parent.member,
        parent.depth + 1,
        _embedded(item),
    )


def _embedded(item: dict[str, Any]) -> bytes | None:
    """El documento que lleva dentro un descriptor (`data`), si es el de su digest (OCI, descriptor.md)."""
    told = gojson.field(item, "data")
    if not isinstance(told, str):
        return None
    try:
        data = base64.b64decode(told, validate=True)
    except ValueError:
        return None
    return data if gojson.field(item, "digest") in digests(data).values() else None


def _image(document: dict[str, Any], name: str, item: _Named) -> Manifest | None:
    """El manifiesto de una imagen; None si el documento es de otra cosa (un gráfico de Helm, una firma)."""
    described, parts = gojson.field(document, "config"), gojson.field(document, "layers")
    if not isinstance(described, dict) or not (isinstance(parts, list) or parts is None):
        return None
    layers = [mapping(each, name) for each in sequence(parts, name)]
    types = [text(gojson.field(each, "mediaType"), name) for each in layers]
    kind = text(gojson.field(described, "mediaType"), name)
    if kind not in _IMAGE_CONFIGS or not all(map(_is_layer, types)):
        return None
    return Manifest(
        blob(text(gojson.field(described, "digest"), name)),
        tuple(_part(each, kind, name) for each, kind in zip(layers, types, strict=True)),
        tuple(dict.fromkeys(item.tags)),
        item.platform,
        item.index,
        data=_embedded(described),
    )


def _part(layer: dict[str, Any], media_type: str, name: str) -> Part:
    size = gojson.field(layer, "size")
    return Part(
        blob(text(gojson.field(layer, "digest"), name)),
        size if isinstance(size, int) and size >= 0 else None,
        texts(gojson.field(layer, "urls"), name),
        "encrypted" in media_type,
    )


def _is_layer(media_type: str) -> bool:
    """Si un tipo es el de una capa (`…layer.v1.tar+gzip`, `…rootfs.diff.tar.gzip`); sin tipo, lo parece."""
    return not media_type or ".tar" in media_type
