"""Quién llena el disco: lo que ocupa cada cosa, con sumandos que dan el total del motor."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from muelle.draw import units
from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.labels import fold
from muelle.draw.pieces.sketch import BODY, SMALL, WIDTH, Sketch
from muelle.model.disk import Disk, Group, Kind, Part

_ROLES = {
    Kind.IMAGE: "capa",
    Kind.SHARED: "capa-base",
    Kind.CONTAINER: "escritura",
    Kind.VOLUME: "volumen",
    Kind.BUILD: "demonio",
    Kind.REST: "metadatos",
}
_LAST = (Kind.SHARED, Kind.REST)
_MOST = 5
"""Sumandos de un grupo que se dibujan; los demás, y los que no ocupan nada, van juntos, con su suma."""


def disk(held: Disk) -> Diagram:
    """Dibuja lo que ocupa cada clase de cosas y, dentro, cada cosa.

    Los bytes van enteros, sin redondear, para que se puedan sumar.

    Args:
        held: lo que guarda el motor.
    """
    drawing = Sketch(gap=5)
    lines: list[str] = []
    boxes: list[str] = []
    for group in held.groups:
        parts = _folded(group.parts)
        boxes += _draw(drawing, group, parts)
        lines += _told(group, parts)
    for upper, lower in pairwise(boxes):
        drawing.stack(upper, lower)
    if held.together:
        lines.append(_TOGETHER)
        boxes.append(drawing.bare(sketch.table(sketch.rows(_TOGETHER, SMALL, "suave", lines=4))))
        drawing.stack(boxes[-2], boxes[-1])
    title = "El disco del motor"
    if held.total is not None:
        title += f": {units.exact(held.total)} en total"
    return Diagram(title, drawing.dot(), tuple(lines))


_TOGETHER = (
    "En este motor las capas las guarda containerd: el total de las imágenes lleva dentro sus trozos "
    "comprimidos, las capas de escritura y lo de construir, que no se suman otra vez."
)


def _draw(drawing: Sketch, group: Group, parts: Sequence[Part]) -> list[str]:
    """Dibuja un grupo en su recuadro y devuelve sus cajas, de arriba abajo."""
    whole = sum(part.bytes for part in parts)
    with drawing.box(f"{group.name}: {_total(group)}", [group.note] if group.note else []):
        names = [_box(drawing, part, whole) for part in parts]
        if not names:
            names = [drawing.bare(sketch.table(sketch.rows("nada", SMALL, "suave")))]
    return names


def _box(drawing: Sketch, part: Part, whole: int) -> str:
    role = _ROLES[part.kind]
    room = WIDTH - sketch.fitted(units.exact(part.bytes), BODY, mono=True) - 12
    name = fold(part.name, BODY, room)[0]
    body = sketch.pair(sketch.run(name, BODY, bold=False), units.exact(part.bytes))
    body += sketch.bar(part.bytes, whole, f"{role}-borde")
    body += sketch.rows(part.note, SMALL, "suave", lines=1)
    tooltip = f"{part.name}: {units.exact(part.bytes)}"
    return drawing.node(role, sketch.table(body), dashed=part.kind is Kind.REST, tooltip=tooltip)


def _total(group: Group) -> str:
    return units.exact(group.total) if group.total is not None else "sin total"


def _folded(parts: Sequence[Part]) -> list[Part]:
    """Los sumandos, de mayor a menor, y al final lo que no es de nadie; los que no caben, en uno solo."""
    named = sorted((part for part in parts if part.kind not in _LAST), key=lambda part: -part.bytes)
    last = [part for part in parts if part.kind in _LAST]
    most = max(1, sum(part.bytes > 0 for part in named[:_MOST]))
    kept, rest = named[:most], named[most:]
    if len(rest) > 1:
        called = f"… {len(rest)} más"
        kept.append(Part(rest[0].kind, called, sum(part.bytes for part in rest)))
    else:
        kept += rest
    return kept + last


def _told(group: Group, parts: Sequence[Part]) -> list[str]:
    lines = [f"{group.name}: {_total(group)}" + (f". {group.note}" if group.note else "")]
    for part in parts:
        note = f" ({part.note})" if part.note else ""
        lines.append(f"  {part.name}: {units.exact(part.bytes)}{note}")
    return lines
