"""Contenedores: la pila de su imagen, una capa de escritura encima y un proceso."""

from __future__ import annotations

from collections.abc import Sequence

from muelle.draw import units
from muelle.draw.pictures.image import facts, pile
from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.rows import Row, describe, image_rows
from muelle.draw.pieces.sketch import BODY, CODE, SMALL, WIDTH, Sketch
from muelle.model.container import Container
from muelle.model.image import Image
from muelle.model.tree import Change

_NARROW = 136  # dos contenedores vecinos caben en un teléfono
_CHANGES = 10  # rutas de la capa de escritura que se dibujan
_LAYERS = 10  # filas de la pila

STATES = {
    "created": "creado",
    "running": "en marcha",
    "paused": "en pausa",
    "restarting": "reiniciando",
    "removing": "eliminándose",
    "exited": "terminado",
    "dead": "muerto",
}
_MARKS = {
    Change.ADDED: ("+", "anadido"),
    Change.CHANGED: ("~", "cambiado"),
    Change.REMOVED: ("−", "borrado"),
    Change.OPAQUE: ("∅", "opaco"),
}


def containers(items: Sequence[Container]) -> Diagram:
    """Dibuja contenedores, cada uno con su proceso y su capa de escritura sobre las capas de su imagen.

    Los de una misma imagen van uno al lado del otro sobre una sola pila, porque la comparten.

    Args:
        items: uno o más contenedores, en el orden en que se quiera verlos.
    """
    groups: dict[str, list[Container]] = {}
    for item in items:
        groups.setdefault(item.image.id if item.image else f"\0{item.id}", []).append(item)
    wide = WIDTH if len(items) == 1 else _NARROW
    drawing = Sketch(gap=5, side=6)
    lines: list[str] = []
    for group in groups.values():
        bottoms = [_container(drawing, item, wide) for item in group]
        for item in group:
            lines += _container_text(item)
        img = group[0].image
        lines += _stack(drawing, img, bottoms, len(group))
    names = ", ".join(item.name for item in items)
    noun = "El contenedor" if len(items) == 1 else "Los contenedores"
    return Diagram(f"{noun} {names} por dentro", drawing.dot(), tuple(lines))


def _container(drawing: Sketch, item: Container, wide: float) -> str:
    """Dibuja un contenedor y devuelve su caja de abajo, la capa de escritura."""
    with drawing.box(item.name, [f"contenedor · {_state(item)}"], wide=wide):
        process = sketch.row(sketch.run(_process_title(item), BODY, bold=True))
        process += sketch.rows(_command(item), CODE, mono=True, wide=wide, lines=3)
        top = drawing.node("proceso", sketch.table(process, wide), tooltip=f"PID 1: {_command(item)}")
        body = sketch.row(sketch.run("Capa de escritura", BODY, bold=True))
        if item.writable_size is not None:
            body += sketch.row(sketch.run(units.size(item.writable_size), SMALL, "suave"))
        for path, change in item.changes[:_CHANGES]:
            mark, color = _MARKS[change]
            body += sketch.rows(f"{mark} {_tail(path, wide)}", CODE, color, mono=True, wide=wide, lines=1)
        body += sketch.rows(_rest(item), SMALL, "suave", wide=wide)
        bottom = drawing.node("escritura", sketch.table(body, wide), tooltip=_writable(item))
        drawing.stack(top, bottom)
    return bottom


def _stack(drawing: Sketch, img: Image | None, bottoms: Sequence[str], count: int) -> list[str]:
    """Dibuja la pila de una imagen bajo sus contenedores y devuelve su texto."""
    if img is None:
        gone = drawing.node(
            "metadatos", sketch.table(sketch.rows("su imagen ya no existe", BODY)), dashed=True
        )
        for bottom in bottoms:
            drawing.edge(bottom, gone, "minlen=3")
        return ["Debajo: su imagen ya no existe."]
    rows: tuple[Row, ...] = image_rows(img, metadata=False, limit=_LAYERS)
    shared = "el contenedor la usa y no la cambia" if count == 1 else f"{count} contenedores la comparten"
    note = f"solo lectura: {shared}"
    with drawing.box(f"Imagen {img.name}", [facts(img), note]) as border:
        landing = drawing.landing(len(bottoms))
        names = pile(drawing, rows) or [drawing.bare(sketch.note("sin ninguna capa"))]
        drawing.stack(landing, names[0])
    for place, bottom in enumerate(bottoms):
        drawing.edge(bottom, f"{landing}:p{place}", f"minlen=2 lhead={border}")
    lines = [f"Debajo, la imagen {img.name}: {facts(img)}; {note}. De arriba abajo:"]
    return lines + [f"  {describe(row)}" for row in reversed(rows)]


def _state(item: Container) -> str:
    state = STATES.get(item.status, item.status)
    if item.status == "exited" and item.exit_code is not None:
        return f"{state} ({item.exit_code})"
    return state


def _process_title(item: Container) -> str:
    return "Proceso (PID 1)" if item.status in ("running", "paused") else "Sin proceso"


def _command(item: Container) -> str:
    return " ".join(item.command) or "sin orden"


def _tail(path: str, wide: float) -> str:
    """El final de una ruta larga, que es lo que la distingue."""
    room = int(wide / (CODE * 0.61)) - 3
    return path if len(path) <= room else "…" + path[-room + 1 :]


def _rest(item: Container) -> str:
    if not item.changes:
        return "sin cambios"
    left = len(item.changes) - _CHANGES
    return f"… {units.count(left, 'cambio', 'cambios')} más" if left > 0 else ""


def _writable(item: Container) -> str:
    size = f", {units.size(item.writable_size)}" if item.writable_size is not None else ""
    return f"Capa de escritura{size}"


def _container_text(item: Container) -> list[str]:
    lines = [
        f"Contenedor {item.name}, {_state(item)}. De arriba abajo:",
        f"  {_process_title(item)}: {_command(item)}",
        f"  {_writable(item)}:",
    ]
    lines += [f"    {change.value} {path}" for path, change in item.changes[:_CHANGES]]
    rest = _rest(item)
    return [*lines, f"    {rest}"] if rest else lines
