"""Cómo se enseñan las capas de una imagen en la terminal.

Todo texto que venga de la imagen pasa por `clean`: los suyos no son órdenes para la terminal.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.markup import escape
from rich.table import Table
from rich.tree import Tree

from muelle.draw import units
from muelle.draw.pieces.labels import clean
from muelle.errors import MuelleError, system_reason
from muelle.model import (
    Change,
    Contents,
    FileSystem,
    Image,
    Instruction,
    Layer,
    LayerChange,
    Rule,
    called,
    changes,
    differences,
    saved,
    saved_blobs,
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
    sent = _sent(image.layers)
    total = units.size(image.size) + (f" ({units.size(sent)} al viajar)" if sent else "")
    tree = Tree(" · ".join(filter(None, (head, total, _text(image.platform), day(image.created)))))
    used = {row.layer: row for row in image.history if row.layer is not None}
    if len(used) == len(image.layers):
        for row in reversed(image.history):
            tree.add(_row(image, row))
    else:
        for layer in reversed(image.layers):
            tree.add(_slab(layer, "[dim]instrucción desconocida[/]"))
    out.print(tree, soft_wrap=True)
    base = f" Las {image.base_layers} de abajo vienen de su base." if image.base_layers else ""
    sure = "" if image.certain or image.rule is Rule.UNKNOWN else " Es lo más probable, no seguro."
    out.print(
        f"Qué fila hizo qué capa se sabe por: {image.rule.value}.{sure}{base}", style="nota", soft_wrap=True
    )
    _about(image)


def _about(image: Image) -> None:
    """Lo que la imagen dice de sí misma: nombres, variables, LABEL, y lo que conviene saber."""
    names = [tag for tag in image.tags if tag != image.name]
    if names:
        out.print(f"También se llama: {clean(', '.join(names))}", markup=False, soft_wrap=True)
    _listed("ENV", image.env)
    _listed("LABEL", [f"{name}={value}" for name, value in image.labels])
    if image.missing_platforms:
        there = clean(", ".join(image.missing_platforms))
        out.print(f"Su índice nombra plataformas que no están: {there}", markup=False, soft_wrap=True)
    for note in image.notes:
        out.print(clean(note), style="nota", markup=False, soft_wrap=True)


def _listed(title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    out.print(f"{title}:", style="nota")
    for line in lines[:ROWS]:
        out.print(f"  {_short(clean(line))}", markup=False, soft_wrap=True)
    if len(lines) > ROWS:
        out.print(f"  … y {len(lines) - ROWS} más", style="nota")


def _row(image: Image, row: Instruction) -> str:
    text = _text(_short(row.text)) or "[dim]sin texto en el historial[/]"
    if row.keyword == "?" and row.text:
        text += " [dim](no es de un Dockerfile)[/]"
    if row.layer is None:
        return f"[dim]┄ {text} · solo metadatos[/]"
    return _slab(image.layers[row.layer], text, row.created)


def _slab(layer: Layer, text: str, created: str | None = None) -> str:
    size = "vacía" if layer.size == 0 else units.size(layer.size)
    if layer.blob_size is not None and layer.digest:
        size += f" ({units.size(layer.blob_size)} comprimida)"
    gone = f"[dim]{_text(layer.absent)}[/]" if layer.absent else ""
    parts = (
        f"[blue]■ capa {layer.position + 1}[/] {text}",
        size,
        gone,
        day(created),
        f"[dim]{_short_id(layer)}[/]",
    )
    return " · ".join(filter(None, parts))


def day(created: str | None) -> str:
    """El día de una fecha ISO 8601, o "" si no la hay o es la de quien no la pone (1970, el año 1)."""
    date = (created or "")[:10]
    return _text(date) if date >= "1980-01-02" else ""


def _sent(layers: Sequence[Layer]) -> int | None:
    """Bytes que viajan, si se saben de todas y alguna va comprimida."""
    sizes = [layer.blob_size for layer in layers]
    if None in sizes or not any(layer.digest for layer in layers):
        return None
    return sum(size or 0 for size in sizes)


def table(images: Sequence[Image]) -> None:
    """Varias imágenes y lo que comparten: una fila por capa distinta (por ChainID)."""
    grid = Table(title="Capas, sin repetir las compartidas", title_justify="left")
    grid.add_column("capa")
    grid.add_column("tamaño", justify="right")
    grid.add_column("la usan")
    users: dict[str, list[str]] = {}
    layers: dict[str, Layer] = {}
    for name, image in zip(called(images), images, strict=True):
        for layer in image.layers:
            users.setdefault(layer.chain_id, []).append(name)
            layers[layer.chain_id] = layer
    for chain, names in users.items():
        grid.add_row(short_id(chain), units.size(layers[chain].size), _text(", ".join(names)))
    out.print(grid)
    out.print(f"Compartir ahorra {units.size(saved(images))}.")
    moved = saved_blobs(images)
    if moved:
        out.print(
            "Además, hay capas iguales sobre otras distintas (como las de COPY --link): "
            f"{units.size(moved)} que, donde se guardan por su contenido (un registro, el almacén de "
            "containerd), viajan una sola vez.",
            soft_wrap=True,
        )


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
    names = called((a, b))
    chains = {layer.chain_id for layer in a.layers}
    shared = [layer for layer in b.layers if layer.chain_id in chains]
    size = units.size(sum(layer.size or 0 for layer in shared))
    out.print(f"Comparten {units.count(len(shared), 'capa', 'capas')} ({size}).")
    for name, image in zip(names, (a, b), strict=True):
        own = len(image.layers) - len(shared)
        counted = units.count(own, "capa", "capas")
        out.print(f"Solo de {clean(name)}: {counted}.", markup=False, soft_wrap=True)
    out.print(f"\nDe {clean(names[0])} a {clean(names[1])}:", markup=False, soft_wrap=True)
    _paths(differences(stack(one.layers), stack(other.layers)))
    for note in dict.fromkeys((*a.notes, *b.notes)):
        out.print(clean(note), style="nota", markup=False, soft_wrap=True)


def write(target: str, pieces: Iterable[bytes]) -> None:
    """Escribe en un archivo, o en la salida si `target` es «-», según van llegando los trozos.

    Raises:
        MuelleError: no se puede escribir ahí.
    """
    if target == "-":
        for piece in pieces:
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
        return
    try:
        with Path(target).open("wb") as file:
            for piece in pieces:
                file.write(piece)
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
        out.print(f"  … y {units.count(len(shown) - ROWS, 'ruta', 'rutas')} más", style="nota")
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
