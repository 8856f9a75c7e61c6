"""Los BusyBox estáticos que viajan con el repositorio (de dónde salen: `tools/busybox.py`)."""

from __future__ import annotations

import hashlib
import json
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import Any

from muelle.errors import BadArchive, MuelleError

DATA = Path(__file__).with_name("datos")

ARCHITECTURES = {
    "386": "386",
    "aarch64": "arm64",
    "amd64": "amd64",
    "arm64": "arm64",
    "i386": "386",
    "i686": "386",
    "x86_64": "amd64",
}
"""Los nombres que dan los motores a cada arquitectura -> el nombre de Docker."""


def architecture_of(name: str) -> str:
    """El nombre de Docker (`amd64`, `arm64`, `386`) de una arquitectura.

    Raises:
        MuelleError: si el curso no trae BusyBox para ella.
    """
    try:
        return ARCHITECTURES[name]
    except KeyError:
        raise MuelleError(
            f"El motor es de arquitectura «{name}» y la imagen base del curso solo existe para "
            "amd64, arm64 y 386: usa un motor de una de las tres."
        ) from None


def manifest() -> dict[str, Any]:
    """El contenido de `manifiesto.json`: procedencia, tamaños y sumas de los binarios."""
    data: dict[str, Any] = json.loads((DATA / "manifiesto.json").read_text(encoding="utf-8"))
    return data


def known_diff_ids(architecture: str) -> tuple[str, ...]:
    """Los DiffID anotados en `capas.json`, que ahorran descomprimir BusyBox para saberlos.

    Args:
        architecture: con el nombre de Docker: `amd64`, `arm64` o `386`.
    """
    known: dict[str, list[str]] = json.loads((DATA / "capas.json").read_text(encoding="utf-8"))
    return tuple(known[architecture])


_given: list[Callable[[str], bytes]] = []
"""Otra manera de leer un BusyBox, si se ha dado."""


def read_with(read: Callable[[str], bytes] | None) -> None:
    """Da otra manera de leer un BusyBox, para donde no viaja con el curso; None, su archivo.

    Args:
        read: del nombre de su archivo (`busybox-386.xz`) a sus bytes; OSError si no está.
    """
    _given[:] = [] if read is None else [read]


def busybox(architecture: str) -> bytes:
    """El programa BusyBox de una arquitectura, comprobado contra el manifiesto.

    Args:
        architecture: con el nombre de Docker: `amd64`, `arm64` o `386`.

    Raises:
        BadArchive: si el archivo falta, está dañado o no es el que dice el manifiesto.
    """
    entry = manifest()["binaries"][architecture]
    try:
        name = f"busybox-{architecture}.xz"
        packed = _given[0](name) if _given else (DATA / name).read_bytes()
        binary = lzma.decompress(packed)
    except (OSError, lzma.LZMAError, EOFError):
        binary = b""
    if hashlib.sha256(binary).hexdigest() != entry["sha256"]:
        raise BadArchive(
            f"El BusyBox de {architecture} que viaja con el curso falta o está dañado: "
            "recupéralo con «git checkout -- src/muelle/base/datos»."
        )
    return binary
