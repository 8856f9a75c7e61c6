"""Hacer en memoria capas y archivos de imagen para las pruebas, sanos o dañados."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = {
    "file": tarfile.REGTYPE,
    "dir": tarfile.DIRTYPE,
    "symlink": tarfile.SYMTYPE,
    "hardlink": tarfile.LNKTYPE,
    "char": tarfile.CHRTYPE,
    "fifo": tarfile.FIFOTYPE,
}


@dataclass(frozen=True)
class Item:
    """Un miembro de tar: nombre, tipo y lo que haga falta."""

    name: str
    kind: str = "file"
    data: bytes = b""
    link: str = ""
    mode: int = 0o644
    uid: int = 0
    mtime: int = 1_700_000_000
    device: tuple[int, int] = (1, 3)


def tar(items: Iterable[Item], **options: Any) -> bytes:
    """Un tar con esos miembros, en ese orden."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", **options) as file:
        for item in items:
            info = tarfile.TarInfo(item.name)
            info.type = KINDS[item.kind]
            info.size = len(item.data)
            info.mode, info.uid, info.mtime, info.linkname = item.mode, item.uid, item.mtime, item.link
            if item.kind == "char":
                info.devmajor, info.devminor = item.device
            file.addfile(info, io.BytesIO(item.data))
    return out.getvalue()


def header(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    """La cabecera sola de un miembro, que puede prometer lo que no hay."""
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = size, kind, link
    return info.tobuf(tarfile.GNU_FORMAT, errors="surrogateescape")


def sha(data: bytes) -> str:
    """El digest `sha256:…` de unos bytes."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def config(layers: Sequence[bytes], history: Sequence[dict[str, Any]] | None = None) -> bytes:
    """La configuración de una imagen con esas capas sin comprimir."""
    if history is None:
        history = [{"created_by": f"COPY capa{at} / # buildkit"} for at in range(len(layers))]
    document = {
        "architecture": "amd64",
        "os": "linux",
        "created": "2024-01-01T00:00:00Z",
        "config": {"Labels": {"muelle": "1"}, "Cmd": ["/bin/sh"]},
        "rootfs": {"type": "layers", "diff_ids": [sha(layer) for layer in layers]},
        "history": [{"created": "2024-01-01T00:00:00Z", **row} for row in history],
    }
    return json.dumps(document).encode()


def docker_20(layers: Sequence[bytes], tag: str = "x/y:1", **options: Any) -> bytes:
    """Como `docker save` 20.10: `<id>/layer.tar`, con enlaces para las repetidas y el manifiesto detrás."""
    items: list[Item] = []
    seen: dict[bytes, str] = {}
    paths = []
    for at, layer in enumerate(layers):
        folder = hashlib.sha256(f"{at} {tag}".encode()).hexdigest()
        path = f"{folder}/layer.tar"
        items.append(Item(folder, "dir"))
        items.append(Item(f"{folder}/VERSION", data=b"1.0"))
        items.append(Item(f"{folder}/json", data=b'{"id":"x"}'))
        if layer in seen:
            items.append(Item(path, "symlink", link=f"../{seen[layer]}"))
        else:
            items.append(Item(path, data=layer))
        seen.setdefault(layer, path)
        paths.append(path)
    written = config(layers, options.get("history"))
    name = f"{sha(written)[7:]}.json"
    items.append(Item(name, data=written))
    manifest = [{"Config": name, "RepoTags": [tag], "Layers": paths}]
    items.append(Item("manifest.json", data=json.dumps(manifest).encode()))
    items.append(Item("repositories", data=b'{"x/y":{"1":"abc"}}'))
    return tar(items)


def podman(layers: Sequence[bytes], tag: str = "localhost/x/y:1") -> bytes:
    """Como `podman save`: `<diffid>.tar`, una vez cada una."""
    items = [Item(f"{sha(layer)[7:]}.tar", data=layer) for layer in dict.fromkeys(layers)]
    written = config(layers)
    name = f"{sha(written)[7:]}.json"
    items.append(Item(name, data=written))
    paths = [f"{sha(layer)[7:]}.tar" for layer in layers]
    for at, path in enumerate(paths):
        items.append(Item(f"{at:064x}/layer.tar", "symlink", link=f"../{path}"))
    items.append(
        Item(
            "manifest.json", data=json.dumps([{"Config": name, "RepoTags": [tag], "Layers": paths}]).encode()
        )
    )
    return tar(items)


def oci(
    layers: Sequence[bytes],
    tag: str = "docker.io/x/y:1",
    compress: str = "gzip",
    docker_manifest: bool = True,
    attestation: bool = True,
    nested: bool = False,
    beside: dict[str, Any] | None = None,
    media_types: tuple[str, str] | None = None,
) -> bytes:
    """Como `docker save` desde la 25 (`compress=""`) o con el almacén de containerd (`"gzip"`, `"zstd"`).

    `beside` es otro manifiesto del índice; `media_types`, los tipos de la configuración y de las capas.
    """
    blobs: dict[str, bytes] = {}

    def put(data: bytes) -> dict[str, Any]:
        blobs[sha(data)] = data
        return {"digest": sha(data), "size": len(data)}

    sent = [squeeze(layer, compress) for layer in layers]
    written = config(layers)
    manifest = {"schemaVersion": 2, "config": put(written), "layers": [put(layer) for layer in sent]}
    if media_types:
        manifest["config"]["mediaType"] = media_types[0]
        for layer in manifest["layers"]:
            layer["mediaType"] = media_types[1]
    described = put(json.dumps(manifest).encode())
    described["platform"] = {"os": "linux", "architecture": "amd64"}
    notes = {"io.containerd.image.name": tag}
    manifests = [described]
    if attestation:
        proof = {"schemaVersion": 2, "config": put(b'{"rootfs":{"diff_ids":["sha256:00"]}}'), "layers": []}
        proof["layers"] = [put(b'{"_type":"https://in-toto.io/Statement/v0.1"}')]
        other = put(json.dumps(proof).encode())
        other["platform"] = {"os": "unknown", "architecture": "unknown"}
        manifests.append(other)
    if beside:
        manifests.append(put(json.dumps(beside).encode()))
    if nested:
        inner = put(json.dumps({"schemaVersion": 2, "manifests": manifests}).encode())
        manifests = [inner]
    manifests[0]["annotations"] = notes
    items = [Item("blobs", "dir"), Item("blobs/sha256", "dir")]
    items += [Item(f"blobs/sha256/{digest[7:]}", data=data) for digest, data in sorted(blobs.items())]
    items.append(Item("index.json", data=json.dumps({"schemaVersion": 2, "manifests": manifests}).encode()))
    if docker_manifest:
        docker = [
            {
                "Config": f"blobs/sha256/{sha(written)[7:]}",
                "RepoTags": [tag],
                "Layers": [f"blobs/sha256/{sha(layer)[7:]}" for layer in sent],
            }
        ]
        items.append(Item("manifest.json", data=json.dumps(docker).encode()))
    items.append(Item("oci-layout", data=b'{"imageLayoutVersion":"1.0.0"}'))
    return tar(items)


def squeeze(data: bytes, how: str) -> bytes:
    """Comprime con `gzip`, `zstd` o nada."""
    if how == "gzip":
        return gzip.compress(data, 1, mtime=0)
    if how == "zstd":
        import zstandard

        return zstandard.ZstdCompressor().compress(data)
    return data


def chunks(data: bytes, size: int = 1000) -> Iterable[bytes]:
    """Los bytes en trozos, como llegan por la red."""
    return (data[at : at + size] for at in range(0, len(data), size))
