"""La orden `ejercicios`: listarlos, comprobarlos, pedir pistas y vigilarlos sin salir de la terminal."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .console import out, step
from .paths import ROOT, WORK

if TYPE_CHECKING:
    from muelle.exercises import Exercise, Result

ANSWERS = WORK / "ejercicios"
"""Las respuestas del estudiante, un archivo por ejercicio."""

LOOK_SECONDS = 1.0
"""Cada cuánto mira `vigilar` si algo cambió."""


@click.group(
    "ejercicios", invoke_without_command=True, options_metavar="[OPCIONES]", subcommand_metavar="[ORDEN]"
)
@click.pass_context
def exercises(context: click.Context) -> None:
    """Lista los ejercicios, los comprueba y da pistas."""
    if context.invoked_subcommand is None:
        from muelle.exercises import progress

        out.print(str(progress()), markup=False, soft_wrap=True)
        out.print("\nEmpieza con «./curso ejercicios comprobar NOMBRE».", style="nota")


@exercises.command("comprobar", options_metavar="[OPCIONES]")
@click.argument("nombre")
def check(nombre: str) -> None:
    """Comprueba tu respuesta; la primera vez, te deja el punto de partida."""
    from muelle.exercises import get

    exercise = get(nombre)
    if _start(exercise):
        return
    if not _check(exercise).solved:
        raise click.exceptions.Exit(1)


@exercises.command("pista", options_metavar="[OPCIONES]")
@click.argument("nombre")
def hint(nombre: str) -> None:
    """Da la siguiente pista de un ejercicio."""
    from muelle.exercises import hint as next_hint

    out.print(str(next_hint(nombre)), markup=False, soft_wrap=True)


@exercises.command("vigilar", options_metavar="[OPCIONES]")
@click.argument("nombre")
def watch(nombre: str) -> None:
    """Comprueba otra vez cada vez que cambia tu respuesta o el estado del motor."""
    from muelle.exercises import get

    exercise = get(nombre)
    _start(exercise)
    step("Vigilando; Ctrl-C para terminar.")
    seen: object = None
    while True:
        now = _fingerprint(_answer_path(exercise))
        if now != seen:
            result = _check(exercise)
            if result.solved:
                return
            # La comprobación misma puede crear y quitar cosas: se mira otra vez al acabar.
            seen = _fingerprint(_answer_path(exercise))
        time.sleep(LOOK_SECONDS)


def _answer_path(exercise: Exercise) -> Path:
    suffix = ".py" if exercise.suffix == ".py" else f".{exercise.file or 'txt'}"
    return ANSWERS / f"{exercise.slug}{suffix}"


def _start(exercise: Exercise) -> bool:
    """Si no hay respuesta todavía, deja el punto de partida y cuenta el enunciado.

    Returns:
        Si lo acaba de dejar.
    """
    from muelle.exercises import statement, values

    path = _answer_path(exercise)
    if path.exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(exercise.starter, encoding="utf-8")
    out.print(f"{exercise.title}\n", style="bold", markup=False)
    out.print(statement(exercise.slug), markup=False, soft_wrap=True)
    out.print(f"\nTe tocó:\n{values(exercise.slug)}", markup=False, soft_wrap=True)
    step(f"Escribe tu respuesta en {path.relative_to(ROOT)} y repite la orden.")
    return True


def _check(exercise: Exercise) -> Result:
    from muelle.exercises import check_file

    result = check_file(exercise.slug, _answer_path(exercise))
    style = "bien" if result.solved else ""
    out.print(str(result), style=style, markup=False, soft_wrap=True)
    return result


def _fingerprint(path: Path) -> tuple[Any, ...]:
    """Lo que, si cambia, merece otra comprobación: el archivo, los contenedores y las imágenes."""
    from muelle import engine

    client = engine.connect()
    try:
        modified = path.stat().st_mtime_ns
    except FileNotFoundError:
        modified = 0
    containers = tuple((item["Id"], item["State"]) for item in client.api.containers(all=True))
    images = tuple(sorted(item["Id"] for item in client.api.images()))
    return modified, containers, images
