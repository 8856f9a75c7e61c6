"""Trozos de página que comparten los controles y sus formas estáticas. Sin JavaScript y sin color."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from muelle.draw import units
from muelle.draw.pictures.contents import summary, whiteout
from muelle.draw.pieces.labels import clean, markup
from muelle.model import Change, LayerChange, Wasted

from .exploration import Exploration

ROWS = 60  # filas de una tabla; más no se leen
_WASTED = 10


def fold(summary_text: str, body: str, *, open_now: bool = False) -> str:
    """Un bloque plegable, que se abre con el teclado y sin JavaScript."""
    state = " open" if open_now else ""
    return f"<details{state}><summary>{markup(summary_text)}</summary>{body}</details>"


def section(name: str, label: str, body: str) -> str:
    """La forma estática entera de un control.

    Args:
        name: cómo se llama el control; da la clase `muelle-…`.
    """
    return f'<section class="muelle-{name}" aria-label="{markup(label)}">{body}</section>'


def term(text: str) -> str:
    """Un trozo de código dentro de una frase o de una tabla."""
    return f"<code>{markup(text)}</code>"


def paragraph(text: str) -> str:
    """Un párrafo con el texto tal cual."""
    return f"<p>{markup(text)}</p>"


def code(text: str) -> str:
    """Un bloque de código; conserva los saltos de línea."""
    lines = "\n".join(markup(line) for line in text.splitlines())
    return f'<pre style="white-space:pre-wrap;overflow-wrap:anywhere"><code>{lines}</code></pre>'


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Una tabla con título y cabeceras; se desplaza si no cabe."""
    heads = "".join(f'<th scope="col">{markup(name)}</th>' for name in head)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    label = markup(caption)
    return (
        f'<div style="overflow-x:auto" tabindex="0" role="group" aria-label="{label}">'
        f'<table class="muelle-tabla"><caption>{label}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def live(label: str, body: str) -> str:
    """Una zona que el lector de pantalla anuncia cuando cambia."""
    return f'<div role="group" aria-live="polite" aria-label="{markup(label)}">{body}</div>'


def files(title: str, found: Sequence[LayerChange], total: int) -> str:
    """La tabla de rutas de una capa.

    Args:
        found: las que pasan el filtro; se muestran `ROWS` como mucho.
        total: cuántas cambia la capa en total.
    """
    if not total:
        return paragraph("Esta capa no cambia ningún archivo.")
    if not found:
        return paragraph(f"De {units.count(total, 'ruta', 'rutas')} de la capa, ninguna pasa el filtro.")
    shown = [_file(item) for item in found[:ROWS]]
    more = len(found) - ROWS
    rest = (
        paragraph(
            f"… y {units.count(more, 'ruta', 'rutas')} más: en tu cuaderno, afina el filtro para verlas."
        )
        if more > 0
        else ""
    )
    counted = paragraph(f"{units.count(len(found), 'ruta', 'rutas')} de {total}: {summary(found)}")
    return counted + table(title, ("Qué hace", "Ruta", "Tamaño", "Detalle"), shown) + rest


def _file(item: LayerChange) -> tuple[str, str, str, str]:
    entry, before = item.entry, item.before
    size = units.size(entry.size) if entry else ""
    detail = []
    if item.change in (Change.REMOVED, Change.OPAQUE):
        detail.append(f"en el tar: {whiteout(item)}")
    if item.change is Change.REMOVED and before and before.size:
        detail.append(f"debajo siguen {units.size(before.size)}")
    if item.change is Change.CHANGED and before and before.size:
        detail.append(f"antes, {units.size(before.size)}")
    if entry and entry.link:
        detail.append(f"{entry.type.value} a {entry.link}")
    return item.change.value, term(f"/{item.path}"), size, markup("; ".join(detail))


def waste(exploration: Exploration) -> str:
    """Los bytes que la imagen lleva y ningún contenedor ve."""
    if not exploration.wasted:
        return paragraph("Bytes desperdiciados: ninguno.")
    total = units.size(exploration.wasted_size)
    rows = [_wasted(item) for item in exploration.wasted[:_WASTED]]
    more = len(exploration.wasted) - _WASTED
    rest = paragraph(f"… y {units.count(more, 'archivo', 'archivos')} más.") if more > 0 else ""
    body = table("Contenido que ya no se ve", ("Ruta", "Guardado en", "Tamaño"), rows) + rest
    return fold(f"Bytes desperdiciados: {total}", body)


def _wasted(item: Wasted) -> tuple[str, str, str]:
    return term(f"/{item.path}"), f"capa {item.layer + 1}", units.size(item.size)


def short(text: str, length: int = 70) -> str:
    """Un texto limpio recortado, para una lista de opciones."""
    tidy = clean(text)
    return tidy if len(tidy) <= length else tidy[: length - 1] + "…"
