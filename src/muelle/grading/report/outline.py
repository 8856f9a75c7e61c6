"""El resumen en Markdown, para la página de una ejecución en un repositorio de clase."""

from __future__ import annotations

from muelle.model.text import one_line

from .marks import ABSENT, Gradebook


def summary(book: Gradebook, *, ignored: int = 0) -> str:
    """Quién tiene qué, en una tabla.

    Args:
        ignored: archivos que no se miraron.
    """
    handed = [line for line in book.lines if line.state != ABSENT]
    lines = [
        "## Corrección",
        "",
        f"{_count(len(handed), 'entrega', 'entregas')}; "
        f"{_count(len(book.lines) - len(handed), 'persona no entregó', 'personas no entregaron')}; "
        f"{_count(ignored, 'archivo sin mirar', 'archivos sin mirar')}.",
        "",
        "| Estudiante | Estado | Puntos | "
        + " | ".join(_safe(book.titles[slug]) for slug in book.slugs)
        + " |",
        "|---|---|---:|" + ":-:|" * len(book.slugs),
    ]
    for line in book.lines:
        marks = " | ".join(line.marks[slug].sign or "·" for slug in book.slugs)
        points = f"{line.points:g} de {line.possible:g}".replace(".", ",")
        lines.append(f"| {_safe(line.student)} | {line.state} | {points} | {marks} |")
    lines += [
        "",
        "✓ resuelto · ✗ todavía no · ○ sin responder · – falta la celda · ! no se llegó a juzgar",
        "",
    ]
    return "\n".join(lines)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _safe(text: str) -> str:
    """Un texto que no cambia el Markdown de alrededor."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+!|&@~:" else sign for sign in one_line(text)[:100])
