"""El análisis de una imagen como documento JSON con versión, para `muelle capas --json`.

Su forma está en `capas.schema.json`, junto a este módulo. `version` cambia si algo deja de valer o si se
añade tanto que conviene saberlo; un campo nuevo no la cambia, así que quien lo lea debe dejar pasar los que
no conozca.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from muelle.model.effects import differences, each_change, wasted
from muelle.model.filesystem import FileSystem, stack
from muelle.model.image import Contents, Image, Instruction, Layer
from muelle.model.tree import Entry, LayerChange

VERSION = 2
SCHEMA = Path(__file__).with_name("capas.schema.json")


def document(images: Sequence[Image | Contents], *, compared: bool = False) -> dict[str, Any]:
    """El documento de una o varias imágenes.

    Args:
        images: de las que son `Contents` se escribe además lo que cambia cada capa y lo desperdiciado.
        compared: si se escribe también en qué se distingue la segunda de la primera.

    Returns:
        Solo dict, list, str, int, bool y None: se puede pasar a `json.dumps`.
    """
    found: dict[str, Any] = json.loads("".join(pieces(images, compared=compared)))
    return found


def pieces(images: Sequence[Image | Contents], *, compared: bool = False) -> Iterator[str]:
    """El documento escrito, en trozos: una imagen grande no cabe dos veces en la memoria.

    Args:
        images, compared: véase `document`.
    """
    yield f'{{\n  "version": {VERSION},\n  "images": ['
    for at, each in enumerate(images):
        yield ",\n    " if at else "\n    "
        yield from _image(each)
    yield "\n  ]"
    if compared:
        one, other = (each for each in images if isinstance(each, Contents))
        yield ',\n  "comparison": {"shared_layers": '
        chains = {layer.chain_id for layer in one.image.layers}
        yield _json(sorted(layer.position for layer in other.image.layers if layer.chain_id in chains))
        yield ', "differences": ['
        yield from _lines(map(_change, differences(stack(one.layers), stack(other.layers))), 6)
        yield "]}"
    yield "\n}\n"


def text(images: Sequence[Image | Contents]) -> str:
    """El documento escrito, legible y con un final de línea."""
    return "".join(pieces(images))


def schema() -> dict[str, Any]:
    """El JSON Schema de `document`."""
    found: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return found


def _image(given: Image | Contents) -> Iterator[str]:
    """Una imagen, con una línea por capa, por fila y por cambio."""
    image = given.image if isinstance(given, Contents) else given
    yield f'{_json(_about(image))[:-1]},\n      "layers": ['
    below = FileSystem()
    for at, layer in enumerate(image.layers):
        yield f"{',' if at else ''}\n        {_json(_layer(layer, image.history))[:-1]}"
        if isinstance(given, Contents):
            files = given.layers[at]
            yield f', "content_size": {files.size}, "changes": ['
            yield from _lines(map(_change, each_change(below, files)), 10)
            yield "]"
            below.apply(files)
        yield "}"
    yield '],\n      "history": ['
    yield from _lines(map(asdict, image.history), 8)
    yield "]"
    if isinstance(given, Contents):
        lost = wasted(given.layers)
        yield f',\n      "wasted": {{"size": {sum(each.size for each in lost)}, "files": ['
        yield from _lines(({**asdict(each), **_path(each.path)} for each in lost), 8)
        yield "]}"
    yield "}"


def _lines(items: Iterable[dict[str, Any]], indent: int) -> Iterator[str]:
    """Los elementos de una lista, uno por línea."""
    for at, item in enumerate(items):
        yield f"{',' if at else ''}\n{' ' * indent}{_json(item)}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _about(image: Image) -> dict[str, Any]:
    return {
        "id": image.id,
        "tags": list(image.tags),
        "os": image.os,
        "architecture": image.architecture,
        "size": image.size,
        "base_layers": image.base_layers,
        "rule": image.rule.name,
        "name": image.full_name,
        "platform": image.platform,
        "variant": image.variant,
        "os_version": image.os_version,
        "created": image.created,
        "certain": image.certain,
        "env": list(image.env),
        "labels": dict(image.labels),
        "missing_platforms": list(image.missing_platforms),
        "notes": list(image.notes),
    }


def _layer(layer: Layer, history: Sequence[Instruction]) -> dict[str, Any]:
    """Una capa y la fecha de la fila que la creó."""
    created = next((row.created for row in history if row.layer == layer.position), None)
    return {**asdict(layer), "created": created}


def _path(path: str) -> dict[str, str]:
    """Una ruta que se pueda leer y, si sus bytes no son UTF-8, también ellos.

    Dos nombres distintos pueden leerse igual; sus bytes, no.
    """
    raw = path.encode("utf-8", "surrogateescape")
    shown = raw.decode("utf-8", "backslashreplace")
    return {"path": shown} if shown == path else {"path": shown, "raw": base64.b64encode(raw).decode()}


def _change(change: LayerChange) -> dict[str, Any]:
    return {
        **_path(change.path),
        "change": change.change.name,
        "entry": _entry(change.entry),
        "before": _entry(change.before),
    }


def _entry(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    found: dict[str, Any] = {
        "type": entry.type.name,
        "size": entry.size,
        "mode": entry.mode,
        "uid": entry.uid,
        "gid": entry.gid,
        "link": _path(entry.link)["path"],
        "mtime": entry.mtime,
    }
    if entry.device:
        found["device"] = list(entry.device)
    if entry.xattrs:
        found["xattrs"] = {
            _path(name)["path"]: base64.b64encode(value).decode() for name, value in entry.xattrs
        }
    if entry.digest:
        found["digest"] = entry.digest.hex()
    return found
