"""Los archivos que lleva cada capa en un `docker save`, en cualquiera de sus formas."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass

MOST_LAYER = 128 * 1024 * 1024
"""Bytes que puede dar de sí una capa comprimida."""


@dataclass(frozen=True)
class Package:
    """Una imagen pequeña, empaquetada por `docker save` y abierta en memoria.

    Args:
        size: bytes del paquete entero.
        names: las rutas que lleva el paquete.
        config: los bytes de la configuración de la imagen.
        layers: el tar de cada capa, sin comprimir, de abajo arriba.
        manifests: los digest de los manifiestos que nombra su índice, si lo tiene.
    """

    size: int
    names: tuple[str, ...]
    config: bytes
    layers: tuple[bytes, ...]
    manifests: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"paquete: {self.size} bytes; capas: {len(self.layers)}"

    __repr__ = __str__


def package(chunks: Iterable[bytes]) -> Package:
    """Abre un archivo de `docker save` pequeño, en memoria.

    Args:
        chunks: el archivo, a trozos, con una sola imagen.
    """
    data = b"".join(chunks)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        manifest = json.loads(_content(archive, "manifest.json"))[0]
        names = tuple(archive.getnames())
        index = json.loads(_content(archive, "index.json")) if "index.json" in names else {}
        return Package(
            len(data),
            names,
            _content(archive, manifest["Config"]),
            tuple(_plain(_content(archive, name)) for name in manifest["Layers"]),
            tuple(each["digest"] for each in index.get("manifests", ())),
        )


def _plain(layer: bytes) -> bytes:
    if layer[:2] != b"\x1f\x8b":
        return layer
    with gzip.open(io.BytesIO(layer)) as stream:
        data = stream.read(MOST_LAYER + 1)
    if len(data) > MOST_LAYER:
        raise ValueError("una capa da demasiado de sí")
    return data


def files(chunks: Iterable[bytes]) -> list[dict[str, bytes]]:
    """Lee un archivo de `docker save` pequeño, en memoria.

    Args:
        chunks: el archivo, a trozos, con una sola imagen.

    Returns:
        Por capa, de abajo arriba, sus rutas tal como están en el tar (con las marcas `.wh.`) y su contenido;
        b"" si no es un archivo corriente.
        Fuente: OCI image spec, layer.md.

    Raises:
        ValueError: si una capa comprimida da demasiado de sí.
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
    with tarfile.open(fileobj=io.BytesIO(_plain(layer))) as archive:
        return {
            member.name.removeprefix("./"): _content(archive, member) if member.isreg() else b""
            for member in archive.getmembers()
        }
