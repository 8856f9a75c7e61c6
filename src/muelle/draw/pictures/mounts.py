"""Dónde acaba lo que escribe un contenedor: a la izquierda, la ruta; a la derecha, el sitio."""

from __future__ import annotations

from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.grid import Grid
from muelle.draw.pieces.sketch import BODY, CODE, SMALL
from muelle.model.mounts import FATE, Mounted, Mounts, Place

_LEFT, _RIGHT = 106.0, 192.0  # ancho útil de las dos columnas, en píxeles
_AT, _THERE = 62.0, 254.0  # el centro de cada una
_ROW = 92.0  # píxeles de una fila a la siguiente

_ROLES = {
    Place.LAYER: "escritura",
    Place.VOLUME: "volumen",
    Place.ANONYMOUS: "volumen",
    Place.FOLDER: "anfitrion",
    Place.MEMORY: "metadatos",
}


def mounts(of: Mounts) -> Diagram:
    """Dibuja cada ruta de un contenedor con el sitio en que acaba lo que se escribe en ella.

    Args:
        of: el contenedor y sus sitios.
    """
    grid = Grid()
    grid.text([("dentro", SMALL, "suave", False)], _AT - _LEFT / 2, -58)
    grid.text([("dónde queda", SMALL, "suave", False)], _THERE - _RIGHT / 2, -58)
    for number, each in enumerate(of.places):
        y = number * _ROW
        _path(grid, each, y)
        _place(grid, each, y)
        reach = (_AT + _LEFT / 2 + 8, y), (_THERE - _RIGHT / 2 - 9, y)
        grid.link(*reach, "dir=none" if each.read_only else "")
    lines = [f"Contenedor {of.name}. Lo que se escribe en cada ruta:"]
    lines += [_told(each) for each in of.places]
    return Diagram(f"Dónde escribe {of.name}", grid.dot(), tuple(lines))


def _path(grid: Grid, each: Mounted, y: float) -> None:
    body = sketch.rows(each.path, CODE, mono=True, wide=_LEFT)
    body += sketch.rows(_rest(each), SMALL, "suave", wide=_LEFT)
    grid.node("proceso", sketch.table(body, _LEFT), _AT, y)


def _place(grid: Grid, each: Mounted, y: float) -> None:
    stop, remove = FATE[each.place]
    body = sketch.rows(each.place.value, BODY, bold=True, wide=_RIGHT)
    if each.source:
        body += sketch.rows(_source(each), CODE, mono=True, wide=_RIGHT, lines=1)
    body += sketch.rows(f"al parar, {stop}", SMALL, "suave", wide=_RIGHT, lines=1)
    body += sketch.rows(f"al eliminar, {remove}", SMALL, "suave", wide=_RIGHT, lines=1)
    grid.node(_ROLES[each.place], sketch.table(body, _RIGHT), _THERE, y, dashed=each.place is Place.MEMORY)


def _source(each: Mounted) -> str:
    """El nombre de un volumen, o el final de una carpeta: lo de delante cambia de una máquina a otra."""
    if each.place is not Place.FOLDER:
        return each.source
    return "…/" + "/".join(each.source.rstrip("/").split("/")[-2:]).lstrip("/")


def _rest(each: Mounted) -> str:
    if each.read_only:
        return "solo lectura"
    return "todo lo demás" if each.place is Place.LAYER else ""


def _told(each: Mounted) -> str:
    stop, remove = FATE[each.place]
    path = f"{each.path} ({_rest(each)})" if _rest(each) else each.path
    source = f" {_source(each)}" if each.source else ""
    return f"  {path}: {each.place.value}{source}; al parar, {stop}; al eliminar, {remove}"
