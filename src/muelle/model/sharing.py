"""Varias imágenes juntas: cómo se distinguen y qué se ahorra si tienen capas en común."""

from __future__ import annotations

from collections.abc import Sequence

from .image import Image


def called(images: Sequence[Image]) -> list[str]:
    """El nombre de cada imagen y, si la de otra plataforma se llama igual, la suya."""
    platforms: dict[str, set[str]] = {}
    for image in images:
        platforms.setdefault(image.name, set()).add(image.platform)
    return [
        f"{image.name} ({image.platform})" if len(platforms[image.name]) > 1 else image.name
        for image in images
    ]


def saved(images: Sequence[Image]) -> int:
    """Bytes que se ahorran porque cada capa común se guarda una vez; las de tamaño desconocido no cuentan.

    Dos capas son la misma, para un motor, si lo es su ChainID: ellas y todas las de debajo.
    """
    seen: set[str] = set()
    total = 0
    for image in images:
        for layer in image.layers:
            if layer.chain_id in seen:
                total += layer.size or 0
            seen.add(layer.chain_id)
    return total


def saved_blobs(images: Sequence[Image]) -> int:
    """Bytes que se ahorran, además, donde las capas se guardan por su contenido y no por su sitio en la pila.

    Son los de las que tienen el mismo DiffID sobre capas distintas, como las de `COPY --link`: un registro o
    el almacén de containerd guardan un solo blob, y viaja una vez.
    """
    chains: set[str] = set()
    contents: set[str] = set()
    total = 0
    for image in images:
        for layer in image.layers:
            if layer.chain_id not in chains and layer.diff_id in contents:
                total += layer.size or 0
            chains.add(layer.chain_id)
            contents.add(layer.diff_id)
    return total
