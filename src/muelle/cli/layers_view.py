"""Cómo se enseñan las capas de una imagen en la terminal.

Todo texto que venga de la imagen pasa por `clean`: los suyos no son órdenes para la terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from muelle.draw import units
from muelle.draw.labels import clean
from muelle.errors import MuelleError, system_reason
from muelle.model import (
    Change,
    Contents,
    FileSystem,
    FileType,
    Image,
    Instruction,
    Layer,
    LayerChange,
    changes,
    short_id,
    stack,
    wasted,
)

from .console import out, step

ROWS = 40
"""Rutas que se enseñan de cada capa; las demás se cuentan."""

TEXT = 76
"""Letras de una instrucción que se enseñan en una línea."""

MARKS = {Change.ADDED: ("+", "green"), Change.CHANGED: ("~", "yellow"), Change.REMOVED: ("−", "red")}
OPAQUE = ("∅", "red")


def show(image: Image) -> None:
    """Una imagen como árbol de capas e instrucciones, de arriba abajo, y su resumen."""
    head = f"[bold]{_text(image.name)}[/] · {units.count(len(image.layers), 'capa', 'capas')}"
    tree = Tree(f"{head} · {units.size(image.size)} · {_text(image.os)}/{_text(image.architecture)}")
    used = {row.layer: row for row in image.history if row.layer is not None}
    if len(used) == len(image.layers):
        for row in reversed(image.history):
            tree.add(_row(image, row))
    else:
        for layer in reversed(image.layers):
            tree.add(f"[blue]■ capa {layer.position + 1}[/] {units.size(layer.size)} {_short_id(layer)}")
    out.print(tree, soft_wrap=True)
    base = f" Las {image.base_layers} de abajo vienen de su base." if image.base_layers else ""
    out.print(f"Qué fila hizo qué capa se sabe por: {image.rule.value}.{base}", style="nota", soft_wrap=True)


def _row(image: Image, row: Instruction) -> str:
    text = _text(_short(row.text))
    if row.layer is None:
        return f"[dim]┄ {text} · solo metadatos[/]"
    layer = image.layers[row.layer]
    size = "vacía" if layer.size == 0 else units.size(layer.size)
    return f"[blue]■ capa {layer.position + 1}[/] {text} · {size} · [dim]{_short_id(layer)}[/]"


def table(images: Sequence[Image]) -> None:
    """Varias imágenes y lo que comparten: una fila por capa distinta (por ChainID)."""
    grid = Table(title="Capas, sin repetir las compartidas", title_justify="left")
    grid.add_column("capa")
    grid.add_column("tamaño", justify="right")
    grid.add_column("la usan")
    users: dict[str, list[str]] = {}
    sizes: dict[str, int | None] = {}
    for image in images:
        for layer in image.layers:
            users.setdefault(layer.chain_id, []).append(image.name)
            sizes[layer.chain_id] = layer.size
    for chain, names in users.items():
        grid.add_row(short_id(chain), units.size(sizes[chain]), _text(", ".join(names)))
    out.print(grid)
    saved = sum((sizes[chain] or 0) * (len(names) - 1) for chain, names in users.items())
    out.print(f"Compartir ahorra {units.size(saved)}.")


def show_contents(contents: Contents) -> None:
    """Lo que hace cada capa con cada ruta, y lo que se desperdicia."""
    below = FileSystem()
    for layer, files in zip(contents.image.layers, contents.layers, strict=True):
        found = changes(below, files)
        below.apply(files)
        size = units.size(files.size)
        out.print(f"\n[bold]Capa {layer.position + 1}[/] · {_short_id(layer)} · {size}")
        _paths(found)
    lost = wasted(contents.layers)
    total = units.size(sum(item.size for item in lost))
    out.print(f"\nDesperdiciado: {total} en {units.count(len(lost), 'archivo', 'archivos')}.")
    for item in lost[:10]:
        out.print(
            f"  {units.size(item.size)} · {clean(item.path)} (capa {item.layer + 1})",
            markup=False,
            soft_wrap=True,
        )


def compare(one: Contents, other: Contents) -> None:
    """Qué capas comparten dos imágenes y en qué archivos se distinguen."""
    a, b = one.image, other.image
    chains = {layer.chain_id for layer in a.layers}
    shared = [layer for layer in b.layers if layer.chain_id in chains]
    size = units.size(sum(layer.size or 0 for layer in shared))
    out.print(f"Comparten {units.count(len(shared), 'capa', 'capas')} ({size}).")
    for image in (a, b):
        own = len(image.layers) - len(shared)
        counted = units.count(own, "capa", "capas")
        out.print(f"Solo de {clean(image.name)}: {counted}.", markup=False, soft_wrap=True)
    out.print(f"\nDe {clean(a.name)} a {clean(b.name)}:", markup=False, soft_wrap=True)
    _paths(differences(stack(one.layers), stack(other.layers)))


def differences(before: FileSystem, after: FileSystem) -> list[LayerChange]:
    """En qué se distinguen dos sistemas de archivos, por ruta.

    Dos archivos son iguales si coinciden en tipo, tamaño, permisos, dueño, destino y fecha:
    el contenido no se guarda, así que no se compara byte a byte. De las carpetas no cuenta la fecha,
    que cambia con todo lo que se pone o se quita en ellas.
    """
    found = []
    for entry in after:
        old = before.get(entry.path)
        if old is None:
            found.append(LayerChange(entry.path, Change.ADDED, entry))
        elif old != (replace(entry, mtime=old.mtime) if entry.type is FileType.DIRECTORY else entry):
            found.append(LayerChange(entry.path, Change.CHANGED, entry, old))
    for entry in before:
        if entry.path not in after:
            found.append(LayerChange(entry.path, Change.REMOVED, None, entry))
    return sorted(found, key=lambda change: change.path.split("/"))


def write(target: str, data: bytes) -> None:
    """Escribe en un archivo, o en la salida si `target` es «-».

    Raises:
        MuelleError: no se puede escribir ahí.
    """
    if target == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return
    try:
        Path(target).write_bytes(data)
    except OSError as error:
        reason = system_reason(error)
        raise MuelleError(f"No se puede escribir {target} ({reason}): elige otra carpeta.") from error
    step(f"Escrito {target}")


def _paths(found: Iterable[LayerChange]) -> None:
    shown = list(found)
    for change in shown[:ROWS]:
        mark, style = MARKS.get(change.change, OPAQUE)
        entry = change.entry or change.before
        size = f" {units.size(entry.size)}" if change.entry and entry and entry.size else ""
        link = f" → {change.entry.link}" if change.entry and change.entry.link else ""
        text = f"  {mark} {change.change.value} {change.path or '/'}{link}{size}"
        out.print(clean(text), style=style, markup=False, soft_wrap=True)
    if len(shown) > ROWS:
        out.print(f"  … y {len(shown) - ROWS} rutas más", style="nota")
    if not shown:
        out.print("  ningún cambio", style="nota")


def _text(text: str) -> str:
    """Un texto de la imagen, para ponerlo entre los estilos de rich."""
    return escape(clean(text))


def _short_id(layer: Layer) -> str:
    return _text(short_id(layer.diff_id))


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= TEXT else flat[: TEXT - 1] + "…"
