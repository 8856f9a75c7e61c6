"""Varias imágenes a la vez: cada capa común se dibuja una sola vez, y se ve cuánto ahorra."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from muelle.draw import units
from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.rows import NO_TEXT, LayerRow, Row, describe, folded
from muelle.draw.pieces.sketch import BODY, CODE, SMALL, TITLE, WIDTH, Sketch
from muelle.model.image import Image, Instruction, Layer, short_id
from muelle.model.sharing import called, saved, saved_blobs

_NARROW = 146  # dos imágenes vecinas caben en un teléfono
_LIMIT = 9  # filas de cada tramo


@dataclass(frozen=True)
class _Stretch:
    """Un tramo de capas seguidas que usan exactamente las mismas imágenes."""

    users: tuple[int, ...]
    rows: tuple[Row, ...]
    layers: tuple[Layer, ...]


def images(imgs: Sequence[Image]) -> Diagram:
    """Dibuja varias imágenes y las capas que comparten, con un nodo por capa común.

    Dos capas son la misma si lo es su ChainID: ellas y todas las de debajo. Lo que se ahorra es
    lo que ocuparían las copias de más si no se compartieran.

    Args:
        imgs: una o más imágenes del mismo motor.
    """
    stretches = _stretches(imgs)
    drawing = Sketch(gap=14)
    wide = WIDTH if len(imgs) == 1 else _NARROW
    tops = [_head(drawing, img, name, wide) for img, name in zip(imgs, called(imgs), strict=True)]
    for stretch in stretches:
        names = [_slab(drawing, row, len(stretch.users), wide) for row in reversed(stretch.rows)]
        for upper, lower in pairwise(names):
            drawing.edge(upper, lower, "dir=none weight=10")
        for above in dict.fromkeys(tops[user] for user in stretch.users):
            drawing.edge(above, names[0], "dir=none")
        for user in stretch.users:
            tops[user] = names[-1]
    saving = saved(imgs)
    title = f"Capas de {', '.join(called(imgs))}: compartir ahorra {units.size(saving)}"
    return Diagram(title, drawing.dot(), tuple(_text(imgs, stretches, saving)))


def _stretches(imgs: Sequence[Image]) -> list[_Stretch]:
    """Los tramos, de los más altos a los de la base (para enlazarlos de arriba abajo)."""
    users: dict[str, tuple[int, ...]] = {}
    sources: dict[str, tuple[Layer, Instruction | None, bool]] = {}
    for index, img in enumerate(imgs):
        made = {row.layer: row for row in img.history if row.layer is not None}
        for layer in img.layers:
            users[layer.chain_id] = (*users.get(layer.chain_id, ()), index)
            base = layer.position < (img.base_layers or 0)
            sources.setdefault(layer.chain_id, (layer, made.get(layer.position), base))
    runs: dict[tuple[int, ...], list[str]] = {}
    for chain, who in users.items():
        runs.setdefault(who, []).append(chain)
    stretches = []
    for who, chains in runs.items():
        rows = [LayerRow(*sources[chain]) for chain in chains]
        rows.sort(key=lambda row: row.layer.position)
        layers = tuple(row.layer for row in rows)
        stretches.append(_Stretch(who, folded(rows, _LIMIT), layers))
    return sorted(stretches, key=lambda stretch: -stretch.layers[-1].position)


def _head(drawing: Sketch, img: Image, name: str, wide: float) -> str:
    body = sketch.rows(name, TITLE, bold=True, wide=wide)
    body += sketch.rows(units.count(len(img.layers), "capa", "capas"), SMALL, "suave", wide=wide)
    body += sketch.rows(units.size(img.size), SMALL, "suave", wide=wide)
    return drawing.node("anfitrion", sketch.table(body, wide), classes="imagen", tooltip=f"Imagen {name}")


def _slab(drawing: Sketch, row: Row, users: int, wide: float) -> str:
    if not isinstance(row, LayerRow):
        body = sketch.rows(describe(row), SMALL, "suave", wide=wide)
        return drawing.node("metadatos", sketch.table(body, wide), dashed=True, classes="plegado")
    layer = row.layer
    role = "capa-vacia" if row.empty else "capa-base" if users > 1 else "capa"
    name = sketch.run(f"Capa {layer.position + 1}", BODY, bold=True)
    size = units.size(layer.size) if layer.size is not None else "¿? B"  # «desconocido» no cabe
    body = sketch.pair(name, size, wide=wide)
    made = (row.instruction.text or NO_TEXT) if row.instruction else "instrucción desconocida"
    body += sketch.rows(made, CODE, mono=True, wide=wide, lines=1)
    body += sketch.row(sketch.run(short_id(layer.diff_id), SMALL, "suave", mono=True))
    body += sketch.rows(_used(users), SMALL, "suave", wide=wide)
    return drawing.node(role, sketch.table(body, wide), dashed=row.empty, tooltip=describe(row))


def _used(users: int) -> str:
    return f"la comparten {users}" if users > 1 else "solo lectura"


def _text(imgs: Sequence[Image], stretches: Sequence[_Stretch], saving: int) -> list[str]:
    names = called(imgs)
    lines = [
        f"Imagen {name}: {units.count(len(img.layers), 'capa', 'capas')}, {units.size(img.size)}"
        for img, name in zip(imgs, names, strict=True)
    ]
    lines.append(f"Las capas comunes se guardan una sola vez: se ahorran {units.size(saving)}.")
    moved = saved_blobs(imgs)
    if moved:
        lines.append(
            f"Otras son iguales, pero sobre capas distintas: {units.size(moved)} que solo ahorra quien "
            "guarda las capas por su contenido (un registro, el almacén de containerd)."
        )
    for stretch in stretches:
        users = ", ".join(names[user] for user in stretch.users)
        lines.append(
            f"{'Compartidas por' if len(stretch.users) > 1 else 'Solo de'} {users}, de arriba abajo:"
        )
        lines += [f"  {describe(row)}" for row in reversed(stretch.rows)]
    return lines
