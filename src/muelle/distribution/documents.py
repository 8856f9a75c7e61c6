"""Los documentos de un registro, escritos a mano: una imagen para otra arquitectura y el índice con las dos.

Fuente: OCI image spec, manifest.md e image-index.md; con el almacén clásico los tipos son los de Docker, que
dicen lo mismo con otro nombre.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
_DOCKER = "application/vnd.docker.distribution"
_INDEX_OF = {
    OCI_MANIFEST: "application/vnd.oci.image.index.v1+json",
    f"{_DOCKER}.manifest.v2+json": f"{_DOCKER}.manifest.list.v2+json",
}


def digest_of(content: bytes) -> str:
    """La huella de unos bytes, como se escribe en un registro: `sha256:…`."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def for_architecture(manifest: bytes, config: bytes, architecture: str) -> tuple[bytes, bytes]:
    """El manifiesto y la configuración de la misma imagen, que ahora dice ser de otra arquitectura.

    Args:
        manifest, config: los de la imagen, tal como están guardados.
        architecture: la nueva, en palabras de Go (`arm64`).
    """
    other_config = _json({**json.loads(config), "architecture": architecture})
    described = json.loads(manifest)
    described["config"] |= {"digest": digest_of(other_config), "size": len(other_config)}
    return _json(described), other_config


def index_of(images: Sequence[tuple[bytes, bytes]]) -> bytes:
    """El índice que reúne varias imágenes.

    Args:
        images: manifiesto y configuración de cada una.
    """
    kind = media_type(images[0][0])
    entries = [
        {
            "mediaType": kind,
            "digest": digest_of(manifest),
            "size": len(manifest),
            "platform": {key: json.loads(config)[key] for key in ("architecture", "os")},
        }
        for manifest, config in images
    ]
    return _json({"schemaVersion": 2, "mediaType": _INDEX_OF[kind], "manifests": entries})


def media_type(document: bytes) -> str:
    """Lo que un manifiesto o un índice dice que es; si no lo dice, un manifiesto de OCI."""
    return str(json.loads(document).get("mediaType", OCI_MANIFEST))


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
