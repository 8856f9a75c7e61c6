"""El ciclo de vida de un contenedor, dibujado con los eventos que dio el motor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from muelle.draw import units
from muelle.draw.pieces import sketch, theme
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.grid import Grid
from muelle.draw.pieces.labels import quoted
from muelle.draw.pieces.sketch import BODY, SMALL

# estado: (nombre, palabra de Docker, x, y) en píxeles
_STATES = {
    "created": ("Creado", "created", 84.0, 0.0),
    "running": ("En marcha", "running", 84.0, 120.0),
    "paused": ("En pausa", "paused", 284.0, 120.0),
    "exited": ("Terminado", "exited", 84.0, 240.0),
    "removed": ("Eliminado", "no existe", 84.0, 360.0),
}
_ALIVE = ("running", "paused")
_HALF_WIDTH = 62.0
_LEADS_TO = {
    "create": "created",
    "start": "running",
    "unpause": "running",
    "pause": "paused",
    "die": "exited",
    "died": "exited",
    "destroy": "removed",
    "remove": "removed",
}
"""Adónde lleva cada evento. Podman dice `remove` donde Docker dice `destroy`, y a veces `died`."""

_Point = tuple[float, float]


@dataclass(frozen=True)
class _Edge:
    """Un paso posible: de qué estado a cuál, con qué evento y por dónde se dibuja.

    Args:
        path: los puntos de la línea; `label`, la esquina del rótulo.
        rare: se dibuja solo si ocurrió, para no enredar.
    """

    tail: str
    head: str
    action: str
    path: tuple[_Point, ...]
    label: _Point
    rare: bool = False


_EDGES = (
    _Edge("created", "running", "start", ((84, 23), (84, 97)), (94, 50)),
    _Edge("running", "paused", "pause", ((146, 110), (222, 110)), (152, 84)),
    _Edge("paused", "running", "unpause", ((222, 130), (146, 130)), (152, 138)),
    _Edge("running", "exited", "↓ die", ((62, 143), (62, 217)), (114, 160)),
    _Edge("exited", "running", "↑ start", ((104, 217), (104, 143)), (114, 182)),
    _Edge("paused", "exited", "die", ((284, 143), (284, 240), (146, 240)), (196, 216), rare=True),
    _Edge("exited", "removed", "destroy", ((84, 263), (84, 337)), (94, 290)),
    _Edge("created", "removed", "destroy", ((22, 0), (8, 0), (8, 360), (22, 360)), (12, 310), rare=True),
)


@dataclass(frozen=True)
class _Step:
    """Un cambio de estado que ocurrió; `tail` es None al crearlo."""

    number: int
    tail: str | None
    head: str
    action: str
    seconds: float


def lifecycle(
    events: Sequence[tuple[str, float]], *, title: str = "El ciclo de vida del contenedor"
) -> Diagram:
    """Dibuja los estados de un contenedor y resalta el camino que recorrió, paso a paso.

    Args:
        events: (acción, segundos) de cada evento del motor, en orden: `create`, `start`, `pause`,
            `unpause`, `die`, `destroy`… Las demás acciones (`kill`, `stop`, `exec_start` y, en Podman,
            `init` y `cleanup`) no cambian el estado: solo se nombran. Los segundos pueden contar desde
            cualquier momento.
        title: de qué contenedor se trata.
    """
    steps, others = _steps(events)
    visited = {step.head for step in steps}
    last = steps[-1].head if steps else ""
    grid = Grid()
    for state in _STATES:
        _state(grid, state, state in visited, state == last)
    for edge in _EDGES:
        taken = [step for step in steps if (step.tail, step.head) == (edge.tail, edge.head)]
        _edge(grid, edge, taken)
    return Diagram(title, grid.dot(), tuple(_text(steps, others)))


def _steps(events: Sequence[tuple[str, float]]) -> tuple[list[_Step], list[str]]:
    """Los cambios de estado y las demás acciones, sin repetir."""
    steps: list[_Step] = []
    others: dict[str, None] = {}
    origin = events[0][1] if events else 0.0
    state: str | None = None
    for action, when in events:
        name = action.partition(":")[0].strip()  # «exec_start: sh -c …» trae la orden detrás
        head = _LEADS_TO.get(name)
        if head is None:
            others[name] = None
            continue
        steps.append(_Step(len(steps) + 1, state, head, name, when - origin))
        state = head
    return steps, list(others)


def _state(grid: Grid, state: str, visited: bool, last: bool) -> None:
    name, word, x, y = _STATES[state]
    role = "metadatos" if not visited else "proceso" if state in _ALIVE else "anfitrion"
    body = sketch.row(sketch.run(name, BODY, "texto" if visited else "suave", bold=visited))
    note = f"{word} · al final" if last else word
    body += sketch.row(sketch.run(note, SMALL, "suave"))
    wide = 2 * _HALF_WIDTH - 2 * sketch.MARGIN
    grid.node(role, sketch.table(body, wide), x, y, width=2.4 if last else 1.2, dashed=not visited)


def _edge(grid: Grid, edge: _Edge, taken: Sequence[_Step]) -> None:
    if edge.rare and not taken:
        return
    style = f"penwidth=2.6 color={quoted(theme.border('proceso'))}" if taken else ""
    for start, end in pairwise(edge.path[:-1]):
        grid.link(start, end, f"{style} dir=none")
    grid.link(edge.path[-2], edge.path[-1], style)
    grid.text([(_when(edge.action, taken), SMALL, "texto" if taken else "suave", False)], *edge.label)


def _when(action: str, taken: Sequence[_Step]) -> str:
    """`5, 7. ↓ die`: los números de los pasos, si ocurrió, y la acción."""
    if not taken:
        return action
    numbers = ", ".join(str(step.number) for step in taken[:3])
    more = "…" if len(taken) > 3 else ""
    return f"{numbers}{more}. {action}"


def _text(steps: Sequence[_Step], others: Sequence[str]) -> list[str]:
    lines = ["Pasos, en orden:" if steps else "Ningún evento cambió el estado del contenedor."]
    for step in steps:
        origin = f"de {_STATES[step.tail][0].lower()} a" if step.tail else "queda"
        name = _STATES[step.head][0].lower()
        lines.append(f"  {step.number}. {step.action}, a los {units.seconds(step.seconds)}: {origin} {name}")
    if steps:
        lines.append(f"Al final: {_STATES[steps[-1].head][0].lower()}.")
    missed = [name.lower() for state, (name, *_) in _STATES.items() if state not in {s.head for s in steps}]
    if missed:
        lines.append(f"Estados por los que no pasó: {', '.join(missed)}.")
    if others:
        lines.append(f"Otros eventos, que no cambian el estado: {', '.join(others)}.")
    return lines
