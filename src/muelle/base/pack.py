"""La imagen base como archivo: el que entiende `POST /images/load` de cualquier motor.

El mismo tar sirve a dos lectores: `manifest.json` (Docker clásico y Podman) e `index.json`
(formato OCI, que lee el almacén de containerd). Los dos apuntan a los mismos blobs.
Todo es fijo (fechas, dueños, orden): los DiffID salen iguales en todas las máquinas.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from functools import lru_cache
from typing import Any

from .binary import architecture_of, known_diff_ids
from .content import DIRECTORY, LINK, Entry, layers

NAME = "muelle/base"
TAG = f"{NAME}:latest"
LABEL = "muelle.base"

EPOCH = 1767225600
"""La fecha de todos los archivos y del historial: 1 de enero de 2026, UTC."""
CREATED = "2026-01-01T00:00:00Z"
PATH = "/usr/local/bin:/usr/bin:/bin"

OCI = "application/vnd.oci.image"


def _add(tar: tarfile.TarFile, entry: Entry) -> None:
    info = tarfile.TarInfo(entry.path)
    info.mode, info.mtime = entry.mode, EPOCH
    if entry.kind == DIRECTORY:
        info.type = tarfile.DIRTYPE
        tar.addfile(info)
    elif entry.kind == LINK:
        info.type, info.linkname = tarfile.SYMTYPE, entry.content.decode()
        tar.addfile(info)
    else:
        info.size = len(entry.content)
        tar.addfile(info, io.BytesIO(entry.content))


def layer_tar(entries: tuple[Entry, ...]) -> bytes:
    """El tar de una capa; su sha256 es el DiffID."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for entry in entries:
            _add(tar, entry)
    return buffer.getvalue()


def digest(blob: bytes) -> str:
    """El digest `sha256:…` de unos bytes."""
    return "sha256:" + hashlib.sha256(blob).hexdigest()


def written(value: object) -> bytes:
    """Un documento en JSON, igual byte a byte en todas las máquinas."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()


def _history(created_by: list[str]) -> list[dict[str, Any]]:
    """El historial completo: ENV, las filas de las capas y CMD, en el orden de un Dockerfile."""
    rows: list[dict[str, Any]] = [{"created_by": f"ENV PATH={PATH}", "empty_layer": True}]
    rows += [{"created_by": text} for text in created_by]
    rows += [
        {"created_by": f"LABEL {LABEL}=1", "empty_layer": True},
        {"created_by": 'CMD ["/bin/sh"]', "empty_layer": True},
    ]
    return [{"created": CREATED, "comment": NAME, **row} for row in rows]


@lru_cache(maxsize=1)
def parts(architecture: str) -> tuple[bytes, tuple[bytes, ...]]:
    """La configuración (JSON) y los tar de las capas de la imagen base, de abajo arriba."""
    contents = layers(architecture)
    tars = tuple(layer_tar(content.entries) for content in contents)
    config: dict[str, Any] = {
        "architecture": architecture,
        "os": "linux",
        "created": CREATED,
        "config": {"Cmd": ["/bin/sh"], "Env": [f"PATH={PATH}"], "Labels": {LABEL: "1"}},
        "history": _history([content.created_by for content in contents]),
        "rootfs": {"type": "layers", "diff_ids": [digest(tar) for tar in tars]},
    }
    if architecture == "arm64":
        config["variant"] = "v8"
    return written(config), tars


def diff_ids(architecture: str) -> tuple[str, ...]:
    """Los DiffID de la imagen base, de abajo arriba, sin hacerla: los anota `tools/base_layers.py`.

    Args:
        architecture: la del motor (`amd64`, `x86_64`, `arm64`, `aarch64`, `386`).

    Raises:
        MuelleError: si no hay imagen base para esa arquitectura.
    """
    return known_diff_ids(architecture_of(architecture))


def archive(architecture: str) -> bytes:
    """La imagen base entera, lista para `client.api.load_image`.

    Args:
        architecture: la del motor (`amd64`, `x86_64`, `arm64`, `aarch64`, `386`).

    Returns:
        Un tar sin comprimir, igual byte a byte en todas las máquinas.

    Raises:
        MuelleError: si no hay imagen base para esa arquitectura.
        BadArchive: si el BusyBox del repositorio está dañado.
    """
    config, tars = parts(architecture_of(architecture))
    return image_archive(config, tars, TAG)


def image_archive(config: bytes, tars: tuple[bytes, ...], tag: str) -> bytes:
    """Una imagen cualquiera en el formato que entiende `POST /images/load`.

    Args:
        config: la configuración de la imagen (OCI, config.md), en JSON.
        tars: el tar sin comprimir de cada capa, de abajo arriba.
        tag: `repositorio:etiqueta`.
    """
    blobs = {digest(blob): blob for blob in (*tars, config)}

    def descriptor(kind: str, blob: bytes) -> dict[str, Any]:
        return {"mediaType": f"{OCI}.{kind}", "digest": digest(blob), "size": len(blob)}

    manifest = written(
        {
            "schemaVersion": 2,
            "mediaType": f"{OCI}.manifest.v1+json",
            "config": descriptor("config.v1+json", config),
            "layers": [descriptor("layer.v1.tar", tar) for tar in tars],
        }
    )
    blobs[digest(manifest)] = manifest
    names = {
        "io.containerd.image.name": f"docker.io/{tag}",
        "org.opencontainers.image.ref.name": tag.rpartition(":")[2],
    }
    index = {
        "schemaVersion": 2,
        "mediaType": f"{OCI}.index.v1+json",
        "manifests": [{**descriptor("manifest.v1+json", manifest), "annotations": names}],
    }
    load = {
        "Config": _blob_path(digest(config)),
        "RepoTags": [tag],
        "Layers": [_blob_path(digest(tar)) for tar in tars],
    }
    entries = [
        Entry("blobs", DIRECTORY),
        Entry("blobs/sha256", DIRECTORY),
        *(Entry(_blob_path(name), "archivo", 0o644, blob) for name, blob in blobs.items()),
        Entry("index.json", "archivo", 0o644, written(index)),
        Entry("manifest.json", "archivo", 0o644, written([load])),
        Entry("oci-layout", "archivo", 0o644, written({"imageLayoutVersion": "1.0.0"})),
    ]
    return layer_tar(tuple(entries))


def _blob_path(name: str) -> str:
    return "blobs/sha256/" + name.removeprefix("sha256:")
