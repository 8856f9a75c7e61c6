"""Imágenes y contenedores de una captura: las respuestas de un motor guardadas en un JSON.

Una captura es un objeto con un apartado por imagen (`legacy_builder`, `buildkit`…); en cada uno, las
respuestas tal como llegaron: `attrs` (inspect), `history`, `save.json` (los documentos del archivo),
`cattrs` y `diff` (un contenedor de esa imagen), `clist` (la lista, con tamaños) y, si se hizo un commit,
`commit_layers` y `commit_hist`. Las de `tests/data/engines` son de siete motores.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muelle.errors import BadArchive, NotFound, system_reason
from muelle.model.container import Container
from muelle.model.image import Image

from . import answers, documents, gojson


@dataclass(frozen=True)
class Capture:
    """Lo que hay en una captura.

    Args:
        images: las imágenes, en el orden del JSON; la de un commit, detrás de la suya.
        containers: los contenedores, cada uno con su imagen.
    """

    images: tuple[Image, ...]
    containers: tuple[Container, ...]


def read(path: Path) -> Capture:
    """Lee una captura guardada.

    Raises:
        NotFound: si no existe el archivo.
        BadArchive: si no es una captura.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise NotFound(f"No se puede leer la captura {path.name} ({system_reason(error)}).") from error
    document = gojson.load(data, path.name)
    try:
        return parse(document)
    except (AttributeError, KeyError, TypeError) as error:
        raise BadArchive(f"El archivo {path.name} no es una captura de un motor.") from error


def parse(document: dict[str, Any]) -> Capture:
    """Las imágenes y contenedores de una captura ya leída; véase el comienzo del módulo."""
    images: list[Image] = []
    containers: list[Container] = []
    for part in document.values():
        if not isinstance(part, dict) or "attrs" not in part:
            continue
        image = _image(part)
        images.append(image)
        if "cattrs" in part:
            containers.append(_container(part, image))
        if part.get("commit_hist"):
            images.append(_commit(part, image))
    return Capture(tuple(images), tuple(containers))


def empty_layers(part: dict[str, Any]) -> tuple[bool, ...] | None:
    """Los `empty_layer` de la configuración que lleva el apartado de una imagen, o None si no la lleva."""
    saved = (part.get("save") or {}).get("json") or {}
    for manifest in saved.get("manifest.json") or ():
        config = saved.get(manifest.get("Config"))
        if config is not None:
            return documents.config(json.dumps(config).encode(), manifest["Config"]).empty_layer
    return None


def _image(part: dict[str, Any]) -> Image:
    rows = answers.rows(part["history"])
    found = answers.image(part["attrs"], rows, parents=lambda: None, flags=lambda: empty_layers(part))
    return answers.with_base(found, rows)


def _commit(part: dict[str, Any], of: Image) -> Image:
    """La imagen que salió de un commit: de su inspect solo se guardaron las capas."""
    rows = answers.rows(part["commit_hist"])
    attrs = {
        "Id": rows[-1].id,
        "RepoTags": list(rows[-1].tags),
        "Os": of.os,
        "Architecture": of.architecture,
        "RootFS": part["commit_layers"],
    }

    def flags() -> tuple[bool, ...] | None:
        known = empty_layers(part)
        return (*known, False) if known is not None else None

    return answers.with_base(answers.image(attrs, rows, lambda: None, flags), rows)


def _container(part: dict[str, Any], image: Image) -> Container:
    attrs = part["cattrs"]
    sizes = [item.get("SizeRw") for item in part.get("clist") or () if item["Id"] == attrs["Id"]]
    return answers.container(attrs, part.get("diff"), image, sizes[0] if sizes else None)
