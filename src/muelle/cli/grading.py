"""La orden `corregir`: los cuadernos de una clase, sus notas y su resumen."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from muelle.model.text import one_line

from .console import done, step
from .paths import WORK

if TYPE_CHECKING:
    from muelle.grading import Report

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)

PENDING_CODE = 4
"""Código de salida cuando algo quedó sin corregir por culpa del corrector."""
BELOW_CODE = 5
"""Código de salida cuando alguien no llega al mínimo pedido."""


@click.command("corregir", options_metavar="[OPCIONES]")
@click.argument("entregas", type=_FOLDER, default=WORK, required=False)
@click.option(
    "--salida", type=_FOLDER, default=Path("informe"), metavar="CARPETA", help="Dónde va el informe."
)
@click.option(
    "--a-la-vez", type=click.IntRange(1), metavar="N", help="Cuadernos a la vez (uno por procesador)."
)
@click.option(
    "--plazo",
    type=click.IntRange(1),
    default=600,
    metavar="S",
    help="Segundos de trabajo por cuaderno (600).",
)
@click.option("--lista", type=_FILE, metavar="CSV", help="La lista de clase: dice quién no entregó.")
@click.option("--csv", "table", type=click.Choice(["moodle"]), help="Escribe además una tabla para importar.")
@click.option("--resumen", is_flag=True, help="Escribe un resumen en Markdown, también para una acción.")
@click.option(
    "--minimo", type=click.IntRange(0, 100), metavar="N", help="Acaba con error si alguien no llega al N %."
)
def grade(
    entregas: Path,
    salida: Path,
    a_la_vez: int | None,
    plazo: int,
    lista: Path | None,
    table: str | None,
    resumen: bool,
    minimo: int | None,
) -> None:
    """Corrige los cuadernos de una clase.

    ENTREGAS es una carpeta con un cuaderno por estudiante, o con una carpeta o un zip por estudiante;
    sin ella, corrige los tuyos.
    Lo ya corregido no se repite: si se interrumpe, la misma orden sigue donde estaba.
    """
    from muelle.grading import Step, enter, read_roster, write_moodle
    from muelle.grading import grade as grade_all

    def tell(progress: Step) -> None:
        again = " (ya estaba)" if progress.resumed else ""
        step(f"{progress.done} de {progress.total}: {one_line(progress.notebook)}{again}")

    roster = read_roster(lista) if lista else ()
    alone = enter()  # antes de que haya hilos
    report = grade_all(
        entregas, salida, workers=a_la_vez, deadline=plazo, progress=tell, roster=roster, alone=alone
    )
    if table:
        write_moodle(salida / "moodle.csv", report.book)
    if resumen:
        _write_summary(salida, report)
    _say(report)
    done(f"abre {report.html.resolve()} (o la tabla, {report.csv.name})")
    if report.pending:
        raise click.exceptions.Exit(PENDING_CODE)
    if minimo is not None and (low := [line for line in report.book.lines if line.percent < minimo]):
        step(f"No llegan al {minimo} %: {', '.join(one_line(line.student) for line in low)}.")
        raise click.exceptions.Exit(BELOW_CODE)


def _write_summary(output: Path, report: Report) -> None:
    from muelle.grading import summary

    text = summary(report.book, ignored=len(report.ignored))
    (output / "resumen.md").write_text(text, encoding="utf-8")
    if place := os.environ.get("GITHUB_STEP_SUMMARY"):
        with Path(place).open("a", encoding="utf-8") as stream:
            stream.write(text)


def _say(report: Report) -> None:
    if report.ignored:
        shown = ", ".join(map(one_line, report.ignored[:5])) + ("…" if len(report.ignored) > 5 else "")
        step(f"No se miraron, porque no son cuadernos: {shown}")
    if report.unreadable:
        step(f"No se pudieron leer: {report.unreadable}; el informe dice cuáles y por qué.")
    if report.exposed:
        step(f"Aviso: {report.exposed}")
    if report.pending:
        step(f"Sin corregir: {report.pending}. Repite la orden y se intenta otra vez.")
