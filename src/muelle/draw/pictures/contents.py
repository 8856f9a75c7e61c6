"""Lo que una capa añade, cambia y borra, como árbol; los whiteouts con el nombre que tienen en el tar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from muelle.draw import units
from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.labels import fold
from muelle.draw.pieces.sketch import BODY, CODE, SMALL, WIDTH, Sketch
from muelle.model.tree import Change, FileType, LayerChange

LIMIT = 28  # filas que caben en una pantalla
_SPREAD = 8  # entradas de una carpeta que se nombran antes de resumir las demás

_COLORS = {
    Change.ADDED: "anadido",
    Change.CHANGED: "cambiado",
    Change.REMOVED: "borrado",
    Change.OPAQUE: "opaco",
}
_NOUNS = {
    Change.ADDED: "añade",
    Change.CHANGED: "cambia",
    Change.REMOVED: "borra",
    Change.OPAQUE: "vacía",
}


@dataclass
class _Node:
    """Una ruta del árbol: su cambio, si lo tiene, y lo que cuelga de ella."""

    name: str
    change: LayerChange | None = None
    children: dict[str, _Node] = field(default_factory=dict)
    count: int = 0
    size: int = 0


@dataclass(frozen=True)
class _Line:
    """Una fila del árbol ya decidida."""

    depth: int
    name: str
    note: str
    color: str


def contents(changes: Sequence[LayerChange], *, title: str, limit: int = LIMIT) -> Diagram:
    """Dibuja el interior de una capa: qué añade, qué cambia y qué borra.

    Args:
        changes: lo que la capa hace con cada ruta (véase `muelle.model.changes`).
        title: de qué capa se trata (`Capa 3 de web: RUN rm /etc/motd`).
        limit: filas como mucho, aproximadamente; las carpetas que no caben se resumen.
    """
    lines = _lines(_tree(changes), limit)
    total = summary(changes)
    drawing = Sketch()
    with drawing.box(title, [total, *_explained(changes)]):
        body = "".join(_row(line) for line in lines)
        if not lines:
            body = sketch.rows("ningún archivo: es una capa vacía", BODY, "suave")
        drawing.node("capa", sketch.table(body, WIDTH), classes="contenido")
    text = [total, *_explained(changes)]
    text += [_in_words(line) for line in lines]
    return Diagram(title, drawing.dot(), tuple(text))


def summary(changes: Sequence[LayerChange]) -> str:
    """`añade 3, cambia 1, borra 2 · 1,2 MB`: cuántas rutas de cada clase y cuántos bytes trae."""
    counts = Counter(item.change for item in changes)
    parts = [f"{_NOUNS[change]} {counts[change]}" for change in Change if counts[change]]
    size = sum(item.entry.size for item in changes if item.entry)
    return f"{', '.join(parts) or 'no cambia nada'} · {units.size(size)}"


def whiteout(item: LayerChange) -> str:
    """El nombre de una ruta tal como está en el tar de la capa: `.wh.motd` cuando la borra."""
    folder, _, name = item.path.rpartition("/")
    if item.change is Change.REMOVED:
        return f"{folder}/.wh.{name}" if folder else f".wh.{name}"
    if item.change is Change.OPAQUE:
        return f"{item.path}/.wh..wh..opq"
    return item.path


def _explained(changes: Sequence[LayerChange]) -> list[str]:
    if any(item.change in (Change.REMOVED, Change.OPAQUE) for item in changes):
        return ["«.wh.» (whiteout): tapa lo de debajo, que sigue ocupando"]
    return []


def _tree(changes: Sequence[LayerChange]) -> _Node:
    root = _Node("")
    for item in changes:
        node = root
        for name in filter(None, whiteout(item).split("/")):
            node.count += 1
            node.size += item.entry.size if item.entry else 0
            node = node.children.setdefault(name, _Node(name))
        node.change = item
    return root


def _lines(root: _Node, limit: int) -> list[_Line]:
    opened = _opened(root, limit)
    lines: list[_Line] = []

    def visit(node: _Node, depth: int) -> None:
        ordered = sorted(node.children.values(), key=lambda child: child.name)
        for child in ordered[:_SPREAD] if len(ordered) > _SPREAD + 1 else ordered:
            name, last = _chain(child)
            lines.append(_line(last, name, depth, id(last) in opened))
            if id(last) in opened:
                visit(last, depth + 1)
        rest = ordered[_SPREAD:] if len(ordered) > _SPREAD + 1 else []
        if rest:
            size = sum(child.size + _own_size(child) for child in rest)
            name = f"… {units.count(len(rest), 'entrada', 'entradas')} más"
            lines.append(_Line(depth, name, units.size(size), "suave"))

    visit(root, 0)
    return lines


def _opened(root: _Node, limit: int) -> set[int]:
    """Qué carpetas se abren: de las más cercanas a la raíz a las más hondas, mientras quepan."""
    opened = {id(root)}
    used = min(len(root.children), _SPREAD + 1)
    level = [root]
    while level:
        following = []
        for node in level:
            ordered = sorted(node.children.values(), key=lambda child: child.name)
            for child in ordered[:_SPREAD] if len(ordered) > _SPREAD + 1 else ordered:
                last = _chain(child)[1]
                cost = min(len(last.children), _SPREAD + 1)
                if last.children and used + cost <= limit:
                    used += cost
                    opened.add(id(last))
                    following.append(last)
        level = following
    return opened


def _chain(node: _Node) -> tuple[str, _Node]:
    """Junta carpetas de un solo hijo que la capa no nombra por sí mismas: `usr/share/doc`."""
    name = node.name
    while len(node.children) == 1 and node.change is None:
        child = next(iter(node.children.values()))
        if not child.children:
            break
        node = child
        name = f"{name}/{node.name}"
    return name, node


def _own_size(node: _Node) -> int:
    return node.change.entry.size if node.change and node.change.entry else 0


def _line(node: _Node, name: str, depth: int, is_open: bool) -> _Line:
    change = node.change
    folder = bool(node.children) or bool(change and change.entry and change.entry.type is FileType.DIRECTORY)
    shown = f"{name}/" if folder else name
    notes = []
    if change:
        notes.append(_note(change))
    if node.children and not is_open:
        notes.append(f"{units.count(node.count, 'ruta', 'rutas')}, {units.size(node.size)}")
    color = _COLORS[change.change] if change else "suave"
    return _Line(depth, shown, " · ".join(notes), color)


def _note(item: LayerChange) -> str:
    word = _NOUNS[item.change]
    entry = item.entry
    if entry is None or entry.type is FileType.DIRECTORY:
        return word
    if entry.type is FileType.FILE:
        return f"{word} {units.size(entry.size)}"
    if entry.link:
        return f"{word} {'→' if entry.type is FileType.SYMLINK else '='} {entry.link}"
    return f"{word} {entry.type.value}"


def _in_words(line: _Line) -> str:
    note = f" ({line.note})" if line.note else ""
    return f"{'  ' * (line.depth + 1)}{line.name}{note}"


def _row(line: _Line) -> str:
    indent = "\u00a0" * (2 * min(line.depth, 8))
    room = WIDTH - 12
    note = fold(line.note, SMALL, room * 0.55, mono=True)[0]
    left = room - sketch.fitted(note, SMALL, mono=True) - sketch.fitted(indent, CODE, mono=True)
    name = fold(line.name, CODE, left, mono=True)[0]
    return sketch.pair(
        sketch.run(indent + name, CODE, line.color, mono=True), note, size=SMALL, color=line.color
    )
