"""Los archivos que lleva cada capa en un `docker save`, en cualquiera de sus formas."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable


def files(chunks: Iterable[bytes]) -> list[dict[str, bytes]]:
    """Lee un archivo de `docker save` pequeño, en memoria.

    Args:
        chunks: el archivo, a trozos, con una sola imagen.

    Returns:
        Por capa, de abajo arriba, sus rutas tal como están en el tar (con las marcas `.wh.`) y su contenido;
        b"" si no es un archivo corriente.
        Fuente: OCI image spec, layer.md.
    """
    with tarfile.open(fileobj=io.BytesIO(b"".join(chunks))) as archive:
        manifest = json.loads(_content(archive, "manifest.json"))
        return [_files(_content(archive, name)) for name in manifest[0]["Layers"]]


def _content(archive: tarfile.TarFile, name: str | tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(name)  # sigue los enlaces de Docker 20.10
    if stream is None:
        raise tarfile.ReadError(str(name))
    return stream.read()


def _files(layer: bytes) -> dict[str, bytes]:
    if layer[:2] == b"\x1f\x8b":
        layer = gzip.decompress(layer)
    with tarfile.open(fileobj=io.BytesIO(layer)) as archive:
        return {
            member.name.removeprefix("./"): _content(archive, member) if member.isreg() else b""
            for member in archive.getmembers()
        }
