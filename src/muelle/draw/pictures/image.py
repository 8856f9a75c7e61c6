"""Una imagen por dentro: su pila de capas de solo lectura y las instrucciones que solo son metadatos."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from muelle.draw import units
from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.labels import fold
from muelle.draw.pieces.rows import (
    NO_TEXT,
    RULES,
    FoldedRow,
    LayerRow,
    MetadataRow,
    Row,
    describe,
    image_rows,
    tallest,
)
from muelle.draw.pieces.sketch import BODY, CODE, SMALL, WIDTH, Sketch
from muelle.model.image import Image, Rule, short_id


def image(img: Image) -> Diagram:
    """Dibuja las capas de una imagen, la más nueva arriba, cada una con la instrucción que la creó.

    Las barras están a escala de la capa mayor. Las instrucciones de metadatos van en gris y sin
    relleno, porque no crean capa. Con más de dos docenas de filas, las de en medio se pliegan.

    Args:
        img: una imagen leída de un motor o de un archivo.
    """
    rows = image_rows(img)
    drawing = Sketch(gap=5)
    with drawing.box(img.name, [facts(img), rule(img)]):
        pile(drawing, rows)
        if not rows:
            drawing.bare(sketch.table(sketch.row(sketch.run("sin ninguna capa", BODY, "suave"))))
    return Diagram(f"Capas de la imagen {img.name}", drawing.dot(), tuple(_text(img, rows)))


def facts(img: Image) -> str:
    """`3 capas · 12,3 MB · linux/amd64`."""
    layers = units.count(len(img.layers), "capa", "capas")
    total = units.size(img.size) if img.size is not None else ""
    return " · ".join(part for part in (layers, total, img.platform) if part)


def rule(img: Image) -> str:
    """La regla que unió instrucciones y capas, en una frase."""
    sure = img.certain or img.rule is Rule.UNKNOWN
    return f"Cómo se sabe: {RULES[img.rule]}{'' if sure else ', que es lo más probable'}."


def pile(drawing: Sketch, rows: Sequence[Row], *, wide: float = WIDTH) -> list[str]:
    """Apila las filas, la última arriba; devuelve los nombres de las cajas de arriba abajo."""
    whole = tallest(rows)
    names = [_slab(drawing, row, whole, wide) for row in reversed(rows)]
    for upper, lower in pairwise(names):
        drawing.stack(upper, lower)
    return names


def _slab(drawing: Sketch, row: Row, whole: int, wide: float) -> str:
    if isinstance(row, FoldedRow):
        body = sketch.rows(row.text, SMALL, "suave", wide=wide)
        return drawing.node("metadatos", sketch.table(body, wide), dashed=True, classes="plegado")
    if isinstance(row, MetadataRow):
        return _metadata(drawing, row, wide)
    return _layer(drawing, row, whole, wide)


def _metadata(drawing: Sketch, row: MetadataRow, wide: float) -> str:
    label = "metadatos"
    room = wide - sketch.fitted(label, SMALL, mono=True) - 10
    line = fold(row.instruction.text, CODE, room, mono=True)[0]
    body = sketch.pair(
        sketch.run(line, CODE, "suave", mono=True), label, wide=wide, size=SMALL, color="suave"
    )
    return drawing.node(
        "metadatos", sketch.table(body, wide), dashed=True, tooltip=f"Sin capa: {row.instruction.text}"
    )


def _layer(drawing: Sketch, row: LayerRow, whole: int, wide: float) -> str:
    layer = row.layer
    role = "capa-vacia" if row.empty else "capa-base" if row.base else "capa"
    name = f"Capa {layer.position + 1}"
    kind = " · base" if row.base else ""
    kind += " · vacía" if row.empty else ""
    body = sketch.pair(sketch.run(f"{name}{kind}", BODY, bold=True), units.size(layer.size), wide=wide)
    if row.instruction:
        body += sketch.rows(row.instruction.text or NO_TEXT, CODE, mono=True, wide=wide)
    else:
        body += sketch.rows("instrucción desconocida", SMALL, "suave", wide=wide)
    body += sketch.bar(layer.size or 0, whole, f"{role}-borde", wide)
    locked = sketch.run("solo lectura", SMALL, "suave")
    body += sketch.pair(locked, short_id(layer.diff_id), wide=wide, size=SMALL, color="suave")
    return drawing.node(role, sketch.table(body, wide), dashed=row.empty, tooltip=describe(row))


def _text(img: Image, rows: Sequence[Row]) -> list[str]:
    lines = [f"Imagen {img.name}: {facts(img)}", rule(img), "De arriba (la más nueva) abajo:"]
    lines += [f"  {describe(row)}" for row in reversed(rows)]
    if img.rule is Rule.UNKNOWN and img.history:
        lines.append(f"El historial tiene {units.count(len(img.history), 'fila', 'filas')}.")
    others = [tag for tag in img.tags if tag != img.name]
    if others:
        lines.append(f"También se llama {', '.join(others)}.")
    if img.missing_platforms:
        lines.append(f"Su índice nombra plataformas que no están: {', '.join(img.missing_platforms)}.")
    return [*lines, *img.notes]
