"""Lo que queda de corregir: la tabla, la página, el cuaderno de notas y una devolución por estudiante."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from .marks import Gradebook, Row, gradebook
from .outline import summary
from .page import write_page
from .people import Adjustments, Person, read_adjustments, read_roster
from .returned import write_returned
from .sheets import _cell, write_matrix, write_moodle, write_table

__all__ = [
    "Adjustments",
    "Gradebook",
    "Person",
    "Row",
    "_cell",
    "gradebook",
    "read_adjustments",
    "read_roster",
    "summary",
    "write",
    "write_moodle",
]


def write(
    output: Path,
    rows: Sequence[Row],
    *,
    exposed: str,
    ignored: Sequence[str] = (),
    book: Gradebook | None = None,
) -> tuple[Path, Path]:
    """Escribe `notas.csv`, `informe.html` y la carpeta `devoluciones`.

    Args:
        exposed: si el código de los cuadernos no estuvo apartado del todo, la frase que lo dice; si no, "".
        ignored: lo que había en la carpeta y no se miró.
        book: las notas; por defecto, las de estas filas sin lista ni ajustes.

    Returns:
        La tabla y la página.
    """
    book = book or gradebook(rows)
    table, page = output / "notas.csv", output / "informe.html"
    write_table(table, rows)
    write_matrix(output / "matriz.csv", book)
    write_page(page, rows, book, exposed=exposed, ignored=ignored)
    write_returned(output / "devoluciones", rows, book)
    for path in (table, page):
        path.chmod(0o600)
    return table, page
