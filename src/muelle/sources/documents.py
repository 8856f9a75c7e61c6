"""Los documentos JSON de un archivo de imagen: manifiesto y configuración.

Son de quien hizo el archivo: nada se da por supuesto, ni su forma ni que cuadren entre sí.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from muelle.errors import BadArchive
from muelle.model.entries import LayerFiles
from muelle.model.history import Row, by_config, instructions
from muelle.model.identity import chain_ids, familiar_tags
from muelle.model.image import Image, Layer
from muelle.model.instruction import NOTHING, Known

from . import gojson
from .gojson import load, mapping, sequence, text, texts
from .limits import DOCUMENT_COST, MAX_DOCUMENTS

ALGORITHMS = ("sha256", "sha512")
"""Los que registra OCI y hay en toda biblioteca estándar (image spec, descriptor.md)."""


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
    variant: str = ""
    os_version: str = ""
    created: str | None = None
    env: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    known: Known = NOTHING


@dataclass(frozen=True)
class Part:
    """Una capa, según el manifiesto.

    Args:
        member: en qué miembro del archivo está.
        size: bytes del blob, si se dicen.
        urls: de dónde se trae, si no viaja con la imagen.
        encrypted: si su contenido va cifrado.
    """

    member: str
    size: int | None = None
    urls: tuple[str, ...] = ()
    encrypted: bool = False


@dataclass(frozen=True)
class Manifest:
    """Qué documento configura una imagen y en qué miembros del archivo están sus capas.

    Args:
        platform: la plataforma, si la dice el índice.
        index: el índice que lo nombra, o "".
        sources: DiffID -> de dónde se trae esa capa, si no viaja con la imagen.
        data: la configuración, si el manifiesto la lleva dentro.
    """

    config: str
    layers: tuple[Part, ...]
    tags: tuple[str, ...]
    platform: str = ""
    index: str = ""
    sources: dict[str, tuple[str, ...]] = field(default_factory=dict)
    data: bytes | None = None


@dataclass
class Reading:
    """Lo que queda por leer de los documentos de un archivo, contando cada vez que se lee uno."""

    left: int = MAX_DOCUMENTS

    def spend(self, data: bytes) -> None:
        """Raises: BadArchive si se acaba."""
        self.left -= len(data) + DOCUMENT_COST
        if self.left < 0:
            raise BadArchive("El archivo repite imágenes sin fin: está dañado.")


def config(data: bytes, name: str) -> Config:
    """Lee la configuración de una imagen.

    Raises:
        BadArchive: si le falta lo imprescindible.
    """
    document = mapping(load(data, name), name)
    rows, empty = [], []
    for item in sequence(gojson.field(document, "history"), name):
        row = mapping({} if item is None else item, name)  # Go lo lee como una fila vacía
        rows.append(
            Row(
                text(gojson.field(row, "created_by"), name),
                created=text(gojson.field(row, "created"), name) or None,
                comment=text(gojson.field(row, "comment"), name),
            )
        )
        empty.append(gojson.field(row, "empty_layer") is True)
    root = mapping(gojson.field(document, "rootfs"), name)
    settings = mapping(gojson.field(document, "config") or {}, name)
    return Config(
        id=f"sha256:{hashlib.sha256(data).hexdigest()}",
        os=text(gojson.field(document, "os"), name),
        architecture=text(gojson.field(document, "architecture"), name),
        diff_ids=texts(gojson.field(root, "diff_ids"), name),
        rows=tuple(rows),
        empty_layer=tuple(empty),
        variant=text(gojson.field(document, "variant"), name),
        os_version=text(gojson.field(document, "os.version"), name),
        created=text(gojson.field(document, "created"), name) or None,
        env=texts(gojson.field(settings, "Env"), name),
        labels=pairs(gojson.field(settings, "Labels"), name),
        known=_known(settings, name),
    )


def _known(settings: dict[str, Any], name: str) -> Known:
    """Lo que la configuración dice de la imagen y sirve para leer su historial."""
    command = gojson.field(settings, "Cmd")
    return Known(
        env=frozenset(each.partition("=")[0] for each in texts(gojson.field(settings, "Env"), name)),
        labels=frozenset(mapping(gojson.field(settings, "Labels") or {}, name)),
        command=(command,) if isinstance(command, str) else texts(command, name),
        shell=texts(gojson.field(settings, "Shell"), name),
        volumes=frozenset(mapping(gojson.field(settings, "Volumes") or {}, name)),
    )


def pairs(value: Any, name: str) -> tuple[tuple[str, str], ...]:
    """Las etiquetas de metadatos de una imagen, por nombre; ninguna si no lleva."""
    labels = mapping(value or {}, name)
    return tuple(sorted((text(key, name), text(labels[key], name)) for key in labels))


def docker_manifests(data: bytes) -> tuple[Manifest, ...]:
    """Las imágenes de `manifest.json`, que llevan los archivos de `docker save` y `podman save`.

    Raises:
        BadArchive: si no tiene su forma.
    """
    name = "manifest.json"
    found = []
    for item in sequence(load(data, name), name):
        described = mapping(item, name)
        sources = mapping(gojson.field(described, "LayerSources") or {}, name)
        urls = {
            diff_id: texts(gojson.field(mapping(source, name), "urls"), name)
            for diff_id, source in sources.items()
        }
        found.append(
            Manifest(
                text(gojson.field(described, "Config"), name),
                tuple(Part(path) for path in texts(gojson.field(described, "Layers"), name)),
                texts(gojson.field(described, "RepoTags"), name),
                sources=urls,
            )
        )
    return tuple(found)


def short_name(name: str) -> str:
    """El nombre de un miembro, recortado e inofensivo para un mensaje: `03901adf46c4…/layer.tar`."""
    parts = "".join(each if each.isprintable() else "�" for each in name).split("/")[-2:]
    return "/".join(part if len(part) < 32 else f"{part[:12]}…" for part in parts if part not in ALGORITHMS)


def blob(digest: str) -> str:
    """El miembro de un archivo OCI en el que está un digest."""
    return f"blobs/{digest.replace(':', '/', 1)}"


def named_digest(member: str) -> str:
    """El digest que dice el nombre de un miembro (`blobs/sha256/…`), o ""."""
    folder, algorithm, digest = ("", "", "", *member.split("/"))[-3:]
    return f"{algorithm}:{digest}" if folder == "blobs" and algorithm and digest else ""


def image(
    read: Config, manifest: Manifest, files: Sequence[LayerFiles], absent: Sequence[str] | None = None
) -> Image:
    """La imagen que describe una configuración, con los tamaños de lo que hay en sus capas.

    Args:
        manifest: el que la nombra.
        files: las capas ya leídas, tantas como `read.diff_ids`.
        absent: por cada capa, por qué no se tiene; "" si se tiene.
    """
    gone = absent or [""] * len(files)
    chain = chain_ids(read.diff_ids)
    layers = tuple(
        Layer(
            position,
            content.diff_id,
            chain[position],
            content.digest,
            None if gone[position] else content.size,
            content.blob_size,
            gone[position],
        )
        for position, content in enumerate(files)
    )
    positions, rule = by_config(read.empty_layer, len(layers))
    rows = [
        replace(row, size=files[at].size if at is not None else 0)
        for row, at in zip(read.rows, positions, strict=True)
    ]
    return Image(
        id=read.id,
        tags=familiar_tags(manifest.tags),
        os=read.os,
        architecture=read.architecture,
        layers=layers,
        history=instructions(rows, positions, read.known),
        rule=rule,
        size=sum(content.size for content in files) if not any(gone) else None,
        variant=read.variant,
        os_version=read.os_version,
        created=read.created,
        env=read.env,
        labels=read.labels,
        notes=_absence(gone),
    )


def _absence(gone: Sequence[str]) -> tuple[str, ...]:
    missing = sum(map(bool, gone))
    if not missing:
        return ()
    which = "una capa" if missing == 1 else f"{missing} capas"
    return (f"No se tiene lo que hay en {which}: lo que cambia y se desperdicia se cuenta sin eso.",)


def digests(data: bytes) -> dict[str, str]:
    """Los digests de un documento, por algoritmo."""
    return {each: f"{each}:{hashlib.new(each, data).hexdigest()}" for each in ALGORITHMS}
