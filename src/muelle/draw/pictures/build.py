"""Una construcción, paso a paso: qué salió de la caché y qué capa dejó cada instrucción."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Protocol

from muelle.draw import units
from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.sketch import BODY, CODE, SMALL, Sketch
from muelle.model.image import Image, Instruction, short_id

_STEP, _LAYER = 176, 112  # píxeles de cada columna: juntas caben en un teléfono
_LIMIT = 24  # pasos que se dibujan
_LAST = 8  # de ellos, los del final: ahí acaba la construcción, o se rompe


class BuildStep(Protocol):
    """Un paso de una construcción (`muelle.builder.Step` lo es).

    Attributes:
        number: desde 1.
        instruction: como está en el Dockerfile.
        cached: si el motor reutilizó el resultado de otra construcción.
        image_id: la imagen intermedia que resultó, o "" si no hubo.
    """

    @property
    def number(self) -> int: ...
    @property
    def instruction(self) -> str: ...
    @property
    def cached(self) -> bool: ...
    @property
    def image_id(self) -> str: ...


def build(steps: Sequence[BuildStep], img: Image | None = None, *, title: str = "") -> Diagram:
    """Dibuja los pasos de una construcción y, al lado, la capa que dejó cada uno.

    De una construcción muy larga quedan el principio y el final.

    Args:
        steps: los pasos en orden.
        img: la imagen construida; sin ella, al lado va el identificador de la imagen intermedia.
        title: nombre del dibujo; por omisión, el de la imagen.
    """
    made = _made(steps, img)
    drawing = Sketch(gap=8, side=18)
    pairs = []
    for step in _folded(steps):
        if isinstance(step, int):
            left, right = _gap(drawing, step), drawing.bare(sketch.note(""), group="capas")
        else:
            left, right = _step(drawing, step), _result(drawing, step, img, made.get(step.number))
            drawing.edge(left, right, "arrowsize=0.6")
        drawing.level([left, right])
        pairs.append((left, right))
    for (upper, upper_right), (lower, lower_right) in pairwise(pairs):
        drawing.stack(upper, lower)
        drawing.stack(upper_right, lower_right)
    default = f"La construcción de {img.name}" if img else "La construcción, paso a paso"
    return Diagram(title or default, drawing.dot(), tuple(_text(steps, img, made)))


def _folded(steps: Sequence[BuildStep]) -> list[BuildStep | int]:
    """Los pasos que se dibujan; en lugar de los de en medio, si no caben, cuántos son."""
    if len(steps) <= _LIMIT:
        return list(steps)
    return [*steps[: _LIMIT - _LAST], len(steps) - _LIMIT, *steps[-_LAST:]]


def _gap(drawing: Sketch, hidden: int) -> str:
    body = sketch.rows(_more(hidden), SMALL, "suave", wide=_STEP)
    return drawing.node("metadatos", sketch.table(body, _STEP), dashed=True, classes="plegado", group="pasos")


def _more(hidden: int) -> str:
    return f"… {units.count(hidden, 'paso', 'pasos')} más"


def _made(steps: Sequence[BuildStep], img: Image | None) -> dict[int, Instruction]:
    """La fila del historial de cada paso de la última etapa, si casan una a una por su palabra."""
    if img is None:
        return {}
    last = max((at for at, step in enumerate(steps) if _keyword(step) == "FROM"), default=-1)
    tail = list(steps[last + 1 :])
    rows = img.history[len(img.history) - len(tail) :] if tail else ()
    if len(rows) != len(tail) or any(_keyword(s) != row.keyword for s, row in zip(tail, rows, strict=True)):
        return {}
    return {step.number: row for step, row in zip(tail, rows, strict=True)}


def _keyword(step: BuildStep) -> str:
    return (step.instruction.split() or ["?"])[0].upper()


def outcome(step: BuildStep) -> str:
    """Qué hizo el motor con un paso, en pocas palabras."""
    if _keyword(step) == "FROM":
        return "de partida"
    if step.cached:
        return "de la caché"
    return "ejecutado" if step.image_id else "no terminó"


def _step(drawing: Sketch, step: BuildStep) -> str:
    what = outcome(step)
    role = {"ejecutado": "escritura", "no terminó": "metadatos"}.get(what, "demonio")
    if what == "de partida":
        role = "anfitrion"
    body = sketch.pair(sketch.run(f"Paso {step.number}", BODY, bold=True), what, wide=_STEP, size=SMALL)
    body += sketch.rows(step.instruction, CODE, mono=True, wide=_STEP)
    tip = f"Paso {step.number}, {what}: {step.instruction}"
    return drawing.node(
        role, sketch.table(body, _STEP), dashed=role == "metadatos", tooltip=tip, group="pasos"
    )


def _result(drawing: Sketch, step: BuildStep, img: Image | None, row: Instruction | None) -> str:
    head, detail, role = _left_behind(step, img, row)
    body = sketch.rows(head, BODY, wide=_LAYER)
    body += sketch.rows(detail, SMALL, "suave", mono=True, wide=_LAYER, lines=1)
    return drawing.node(role, sketch.table(body, _LAYER), dashed=role == "metadatos", group="capas")


def _left_behind(step: BuildStep, img: Image | None, row: Instruction | None) -> tuple[str, str, str]:
    """Lo que dejó un paso: (texto, detalle, papel)."""
    if row is not None and img is not None:
        if row.layer is None:
            return "sin capa", "metadatos", "metadatos"
        layer = img.layers[row.layer]
        return f"Capa {layer.position + 1}, {units.size(layer.size)}", short_id(layer.diff_id), "capa"
    if step.instruction.split()[:2] == ["FROM", "scratch"]:
        return "nada", "sin base", "metadatos"
    if _keyword(step) == "FROM":
        count = img.base_layers if img else None
        head = "capas de la base" if count is None else units.count(count, "capa base", "capas base")
        return head, short_id(step.image_id), "capa-base"
    if not step.image_id:
        return "nada", "", "metadatos"
    return "imagen", short_id(step.image_id), "capa"


def _text(steps: Sequence[BuildStep], img: Image | None, made: dict[int, Instruction]) -> list[str]:
    cached = sum(1 for step in steps if step.cached)
    lines = [f"{units.count(len(steps), 'paso', 'pasos')}, {cached} de la caché:"]
    for step in _folded(steps):
        if isinstance(step, int):
            lines.append(f"  {_more(step)}")
            continue
        head, detail, _ = _left_behind(step, img, made.get(step.number))
        result = f"{head} {detail}".strip()
        lines.append(f"  Paso {step.number}, {outcome(step)}: {step.instruction} → {result}")
    return lines
