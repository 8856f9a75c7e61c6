"""El análisis de una imagen como documento JSON con versión, para `muelle capas --json`.

Su forma está en `capas.schema.json`, junto a este módulo. `version` cambia solo si algo deja de valer:
un campo nuevo no la cambia, así que quien lo lea debe dejar pasar los que no conozca.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from muelle.model.image import Contents, Image
from muelle.model.stack import FileSystem, changes, wasted
from muelle.model.tree import Entry, LayerChange

VERSION = 1
SCHEMA = Path(__file__).with_name("capas.schema.json")


def document(images: Sequence[Image | Contents]) -> dict[str, Any]:
    """El documento de una o varias imágenes.

    Args:
        images: de las que son `Contents` se escribe además lo que cambia cada capa y lo desperdiciado.

    Returns:
        Solo dict, list, str, int y None: se puede pasar a `json.dumps`.
    """
    return {"version": VERSION, "images": [_image(each) for each in images]}


def text(images: Sequence[Image | Contents]) -> str:
    """El documento escrito, legible y con un final de línea."""
    return json.dumps(document(images), ensure_ascii=False, indent=2) + "\n"


def schema() -> dict[str, Any]:
    """El JSON Schema de `document`."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def _image(given: Image | Contents) -> dict[str, Any]:
    image = given.image if isinstance(given, Contents) else given
    result: dict[str, Any] = {
        "id": image.id,
        "tags": list(image.tags),
        "os": image.os,
        "architecture": image.architecture,
        "size": image.size,
        "base_layers": image.base_layers,
        "rule": image.rule.name,
        "layers": [asdict(layer) for layer in image.layers],
        "history": [asdict(row) for row in image.history],
    }
    if isinstance(given, Contents):
        below = FileSystem()
        for described, files in zip(result["layers"], given.layers, strict=True):
            described["content_size"] = files.size
            described["changes"] = [_change(change) for change in changes(below, files)]
            below.apply(files)
        lost = wasted(given.layers)
        result["wasted"] = {
            "size": sum(each.size for each in lost),
            "files": [asdict(each) for each in lost],
        }
    return result


def _change(change: LayerChange) -> dict[str, Any]:
    return {
        "path": change.path,
        "change": change.change.name,
        "entry": _entry(change.entry),
        "before": _entry(change.before),
    }


def _entry(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "type": entry.type.name,
        "size": entry.size,
        "mode": entry.mode,
        "uid": entry.uid,
        "gid": entry.gid,
        "link": entry.link,
        "mtime": entry.mtime,
    }
