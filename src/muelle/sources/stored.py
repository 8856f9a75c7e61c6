"""La configuración de una imagen en el disco del demonio, que la API no enseña entera.

Solo vale en la máquina del demonio y con permiso de leer sus carpetas. Lo que se lee se comprueba: el nombre
de cada documento es su SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import docker

from muelle.errors import BadArchive

from . import documents, gojson
from .documents import Config
from .limits import MAX_DOCUMENT

_CONTENT = "io.containerd.content.v1.content/blobs/sha256"
_MAX_MANIFESTS = 100


def config(client: docker.DockerClient, attrs: dict[str, Any], root: str) -> Config | None:
    """La configuración de una imagen, o None si no se puede leer aquí.

    Args:
        attrs: respuesta de `GET /images/{name}/json`.
        root: la carpeta de datos del demonio (`DockerRootDir`).
    """
    if not root or not str(client.api.base_url).startswith("http+docker:"):  # no es un socket Unix
        return None
    wanted = tuple((attrs.get("RootFS") or {}).get("Layers") or ())
    for data in _candidates(Path(root), str(attrs["Id"]).removeprefix("sha256:")):
        with suppress(BadArchive):
            found = documents.config(data, "configuración")
            if found.diff_ids == wanted:
                return found
    return None


def _candidates(root: Path, identifier: str) -> Iterator[bytes]:
    """Los documentos que pueden ser la configuración de la imagen con ese identificador."""
    key = base64.b64encode(f"sha256:{identifier}".encode()).decode()
    places = [root / "image" / store / "imagedb/content/sha256" / identifier for store in ("overlay2", "vfs")]
    places += [root / f"{store}-images" / identifier / f"={key}" for store in ("overlay", "vfs")]
    for path in places:
        data = _read(path, identifier)
        if data is not None:
            yield data
            return
    for blobs in (root / "containerd/daemon" / _CONTENT, Path("/var/lib/containerd") / _CONTENT):
        yield from _from_manifest(blobs, identifier)


def _from_manifest(blobs: Path, identifier: str) -> Iterator[bytes]:
    """En el almacén de containerd el identificador es de un manifiesto o de un índice de ellos."""
    pending = [identifier]
    seen = 0
    while pending and seen < _MAX_MANIFESTS:
        seen += 1
        digest = pending.pop()
        data = _read(blobs / digest, digest)
        if data is None:
            continue
        with suppress(BadArchive):
            document = gojson.mapping(gojson.load(data, "manifiesto"), "manifiesto")
            pending += _digests(gojson.field(document, "manifests"))
            for each in _digests([gojson.field(document, "config")]):
                found = _read(blobs / each, each)
                if found is not None:
                    yield found


def _digests(items: Any) -> Sequence[str]:
    """Los digests de unas descripciones, sin el algoritmo."""
    listed = items if isinstance(items, list) else []
    found = [gojson.field(each, "digest") for each in listed if isinstance(each, dict)]
    return [str(each).removeprefix("sha256:") for each in found if each and "/" not in str(each)]


def _read(path: Path, digest: str) -> bytes | None:
    """Un documento, si está, se deja leer y es el que dice su nombre."""
    try:
        if path.stat().st_size > MAX_DOCUMENT:
            return None
        data = path.read_bytes()
    except OSError:
        return None
    return data if hashlib.sha256(data).hexdigest() == digest else None
