"""Las filas de una imagen, de abajo arriba, plegadas cuando son demasiadas para leerlas.

Cada fila es una capa (con su instrucción, si se sabe), una instrucción de metadatos o un grupo
de filas seguidas que se resume en una línea.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from muelle.draw import units
from muelle.model.identity import EMPTY_LAYER
from muelle.model.image import Image, Instruction, Layer, Rule, short_id

NO_TEXT = "sin texto en el historial"
"""Lo que se escribe de una fila vacía, como la de `docker import`."""

LIMIT = 24  # filas que aún se leen de un vistazo
_BOTTOM, _TOP, _LARGEST = 6, 9, 3

RULES = {
    Rule.SIZES: "hay tantas filas con bytes en el historial como capas",
    Rule.SIZES_AND_ZERO: "hay tantas capas como filas que no son metadatos",
    Rule.PARENTS: "las imágenes intermedias dicen en qué fila creció la pila",
    Rule.CONFIG: "la configuración de la imagen dice qué filas no crean capa",
    Rule.UNKNOWN: "el historial no cuadra con las capas, que se dibujan sin instrucción",
}


@dataclass(frozen=True)
class LayerRow:
    """Una capa y la instrucción que la creó (None si no se sabe)."""

    layer: Layer
    instruction: Instruction | None
    base: bool

    @property
    def empty(self) -> bool:
        """Si no cambia nada. No basta con que mida 0 bytes: así mide también la que solo borra."""
        return self.layer.diff_id == EMPTY_LAYER


@dataclass(frozen=True)
class MetadataRow:
    """Una instrucción que no crea capa: solo cambia la configuración."""

    instruction: Instruction


@dataclass(frozen=True)
class FoldedRow:
    """Filas seguidas que se cuentan en una sola.

    Args:
        first, last: posiciones de la primera y la última capa plegadas, o None si no hay ninguna.
        size: bytes de las capas plegadas; None si de alguna no se conoce.
    """

    layers: int
    metadata: int
    size: int | None
    first: int | None = None
    last: int | None = None

    @property
    def text(self) -> str:
        """`… 96 capas más (12,3 MB) y 2 de metadatos`."""
        parts = []
        if self.layers:
            parts.append(f"{units.count(self.layers, 'capa', 'capas')} más ({units.size(self.size)})")
        if self.metadata:
            noun = units.count(self.metadata, "instrucción", "instrucciones")
            parts.append(f"{noun} de metadatos")
        return "… " + " y ".join(parts)


Row = LayerRow | MetadataRow | FoldedRow


def image_rows(image: Image, *, metadata: bool = True, limit: int = LIMIT) -> tuple[Row, ...]:
    """Las filas de una imagen, de la más antigua (abajo) a la más nueva (arriba).

    Args:
        metadata: si incluye las instrucciones que no crean capa.
        limit: con más filas que estas, las de en medio se pliegan.
    """
    return folded(_all_rows(image, metadata), limit)


def _all_rows(image: Image, metadata: bool) -> list[Row]:
    base = image.base_layers or 0
    known = image.history if image.rule is not Rule.UNKNOWN else ()
    rows: list[Row] = []
    done = 0
    for instruction in known:
        if instruction.layer is None:
            if metadata:
                rows.append(MetadataRow(instruction))
            continue
        # Una capa sin fila en el historial se dibuja igual, sin instrucción.
        for layer in image.layers[done : instruction.layer]:
            rows.append(LayerRow(layer, None, layer.position < base))
        for layer in image.layers[max(done, instruction.layer) : instruction.layer + 1]:
            rows.append(LayerRow(layer, instruction, layer.position < base))
        done = max(done, instruction.layer + 1)
    rows += [LayerRow(layer, None, layer.position < base) for layer in image.layers[done:]]
    return rows


def folded(rows: Sequence[Row], limit: int = LIMIT) -> tuple[Row, ...]:
    """Pliega las filas de en medio: quedan las de abajo, las de arriba y las capas mayores.

    Args:
        rows: de abajo arriba, sin plegar.
        limit: cuántas filas caben sin plegar.
    """
    if len(rows) <= limit:
        return tuple(rows)
    bottom = max(1, _BOTTOM * limit // LIMIT)
    top = max(1, _TOP * limit // LIMIT)
    middle = [
        (row.layer.size or 0, index)
        for index, row in enumerate(rows)
        if isinstance(row, LayerRow) and bottom <= index < len(rows) - top
    ]
    largest = {
        index for size, index in sorted(middle, key=lambda item: (-item[0], item[1]))[:_LARGEST] if size
    }
    kept: list[Row] = []
    run: list[Row] = []
    for index, row in enumerate(rows):
        if index < bottom or index >= len(rows) - top or index in largest:
            kept += _summary(run)
            run = []
            kept.append(row)
        else:
            run.append(row)
    return tuple(kept)


def _summary(run: list[Row]) -> list[Row]:
    if len(run) < 2:
        return run
    layers = [row.layer for row in run if isinstance(row, LayerRow)]
    sizes = [layer.size for layer in layers]
    total = sum(size for size in sizes if size is not None) if None not in sizes else None
    first = layers[0].position if layers else None
    last = layers[-1].position if layers else None
    return [FoldedRow(len(layers), len(run) - len(layers), total, first, last)]


def tallest(rows: Sequence[Row]) -> int:
    """Bytes de la mayor capa dibujada: la que llena la barra."""
    return max((row.layer.size or 0 for row in rows if isinstance(row, LayerRow)), default=0)


def describe(row: Row) -> str:
    """Una fila en palabras, con el mismo contenido que su caja."""
    if isinstance(row, FoldedRow):
        return row.text
    if isinstance(row, MetadataRow):
        return f"metadatos, sin capa: {row.instruction.text}"
    kind = "capa de la base" if row.base else "capa"
    if row.empty:
        kind += " vacía"
    made = f": {row.instruction.text or NO_TEXT}" if row.instruction else ", instrucción desconocida"
    layer = row.layer
    size = units.size(layer.size)
    if layer.digest and layer.blob_size is not None:
        size += f" ({units.size(layer.blob_size)} comprimida)"
    if layer.absent:
        size += f", {layer.absent}"
    return f"{kind} {layer.position + 1}, solo lectura, {size}, {short_id(layer.diff_id)}{made}"
