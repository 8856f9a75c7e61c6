"""Contenedores dentro de sus anillos, uno al lado del otro."""

from __future__ import annotations

from collections.abc import Sequence

from muelle.draw import units
from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.grid import Grid
from muelle.draw.pieces.labels import fold
from muelle.draw.pieces.sketch import BODY, MARGIN
from muelle.model.rings import Confined, Ring, Shut

_WIDE = 136.0  # ancho útil del anillo de fuera, en píxeles
_STEP = 7.0  # lo que se estrecha por cada lado el anillo siguiente
_TOP = 3.0  # por encima de la primera línea
_LINE = 16.0  # lo que ocupa una línea de texto
_HEAD = 58.0  # lo que ocupa lo escrito en un anillo
_FOOT = 8.0  # lo que asoma un anillo por debajo del siguiente
_INSIDE = 44.0  # alto de la caja del proceso
_TITLE = 44.0  # alto del nombre del contenedor
_NOTE = 11.0  # cuerpo de lo leído
_SIDE = 14.0  # entre un contenedor y el de al lado
_PER_ROW = 2

_LOOKS = {Shut.OPEN: ("metadatos", True), Shut.HALF: ("anillo", True), Shut.CLOSED: ("anillo", False)}
"""De cada anillo, según lo que cierra, su papel y si el borde es discontinuo."""


def rings(containers: Sequence[Confined]) -> Diagram:
    """Dibuja el proceso de cada contenedor dentro de sus cuatro anillos.

    De fuera adentro: los archivos, las llamadas al núcleo, las capacidades y el usuario.
    El borde y el fondo dicen si el anillo cierra; lo escrito, qué se leyó.

    Args:
        containers: los contenedores, en el orden en que se dibujan.
    """
    grid = Grid()
    tall = _TITLE + len(containers[0].rings) * (_HEAD + _FOOT) + _INSIDE + 24 if containers else 0.0
    for place, each in enumerate(containers):
        row, column = divmod(place, _PER_ROW)
        _container(grid, each, column * (_WIDE + 2 * MARGIN + _SIDE), row * tall)
    names = ", ".join(each.name for each in containers)
    lines = [line for each in containers for line in _told(each)]
    return Diagram(f"Los anillos de {names}", grid.dot(), tuple(lines))


def _container(grid: Grid, of: Confined, x: float, y: float) -> None:
    title = fold(of.name, BODY, _WIDE, lines=2)
    grid.text([(line, BODY, "texto", False) for line in title], x - _WIDE / 2, y + 17 * (2 - len(title)))
    rings = of.rings
    top = y + _TITLE
    bottom = top + len(rings) * (_HEAD + _FOOT) + _INSIDE
    for depth, ring in enumerate(rings):
        wide = _WIDE - 2 * _STEP * depth
        role, dashed = _LOOKS[ring.shut]
        label = _framed(_written(ring, wide), wide, bottom - top)
        grid.node(role, label, x, (top + bottom) / 2, dashed=dashed)
        top, bottom = top + _HEAD, bottom - _FOOT
    wide = _WIDE - 2 * _STEP * len(rings)
    body = [sketch.run(line, _NOTE, mono=True) for line in fold(of.command, _NOTE, wide, lines=2, mono=True)]
    grid.node("proceso", _framed(body, wide, bottom - top), x, (top + bottom) / 2)


def _written(ring: Ring, wide: float) -> list[str]:
    """Las líneas que van en lo alto de un anillo."""
    notes = [line for note in ring.notes for line in fold(note, _NOTE, wide, lines=1)]
    return [
        sketch.run(ring.name, BODY, bold=True),
        *(sketch.run(line, _NOTE, "suave") for line in notes),
    ]


def _framed(lines: Sequence[str], wide: float, tall: float) -> str:
    """Un rótulo de tamaño fijo, con lo escrito arriba."""
    written = [(line, _LINE) for line in lines]
    cells = [("", _TOP), *written, ("", max(1.0, tall - MARGIN - _TOP - _LINE * len(lines)))]
    body = "".join(
        f'<TR><TD FIXEDSIZE="TRUE" WIDTH="{wide:.0f}" HEIGHT="{height:.0f}" ALIGN="LEFT">{line}</TD></TR>'
        for line, height in cells
    )
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">{body}</TABLE>'


def _told(of: Confined) -> list[str]:
    lines = [f"{of.name} ({of.command}). De fuera adentro:"]
    lines += [f"  {ring.name}, {ring.shut.value}: {'; '.join(ring.notes)}" for ring in of.rings]
    held = ", ".join(of.held)
    return [*lines, f"  {units.count(len(of.held), 'capacidad', 'capacidades')}{': ' if held else ''}{held}"]
