"""La orden `ejercicios`: listarlos, comprobarlos, pedir pistas y vigilarlos sin salir de la terminal."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .console import out, step
from .paths import WORK, shown

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
    """Comprueba tu respuesta; la primera vez, deja por dónde empezar.

    Los ejercicios de estado no necesitan archivo: se mira lo que hayas dejado en el motor.
    """
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
    """Comprueba otra vez con cada cambio de tu respuesta o del motor."""
    from muelle.exercises import get

    exercise = get(nombre)
    _start(exercise)
    step("Vigilando; Ctrl-C para terminar.")
    seen: object = None
    while True:
        now = _edited(exercise), _engine_state()
        if now != seen:
            if _check(exercise).solved:
                return
            # Ejecutar una respuesta puede cambiar el motor: eso no es motivo para ejecutarla otra vez.
            seen = now if _only_state(exercise) else (now[0], _engine_state())
        time.sleep(LOOK_SECONDS)


def _answer_path(exercise: Exercise) -> Path:
    suffix = ".py" if exercise.suffix == ".py" else f".{exercise.file or 'txt'}"
    return ANSWERS / f"{exercise.slug}{suffix}"


def _only_state(exercise: Exercise) -> bool:
    """Si no hay nada que escribir: se juzga lo que hay en el motor, se haya hecho como se haya hecho."""
    from muelle.exercises import Kind

    return exercise.kind is Kind.STATE and not _answer_path(exercise).exists()


def _start(exercise: Exercise) -> bool:
    """La primera vez cuenta el enunciado y, si hay algo que escribir, deja el punto de partida.

    Returns:
        Si lo acaba de hacer, y toca esperar a que haya respuesta.
    """
    from muelle.exercises import Kind, progress, statement, values

    path = _answer_path(exercise)
    state = exercise.kind is Kind.STATE
    marks = {row.exercise.slug: row.mark for row in progress().rows}
    if path.exists() or (state and marks[exercise.slug].attempts):
        return False
    out.print(f"{exercise.title}\n", style="bold", markup=False)
    out.print(statement(exercise.slug), markup=False, soft_wrap=True)
    drawn = values(exercise.slug)
    if drawn:
        out.print(f"\nTe tocó:\n{drawn}", markup=False, soft_wrap=True)
    if state:
        step("No hace falta ningún archivo: hazlo como quieras, y aquí se mira cómo queda el motor.")
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(exercise.starter, encoding="utf-8")
    step(f"Escribe tu respuesta en {shown(path)} y repite la orden.")
    return True


def _check(exercise: Exercise) -> Result:
    from muelle import exercises as course

    if _only_state(exercise):
        result = course.check(exercise.slug)
    else:
        result = course.check_file(exercise.slug, _answer_path(exercise))
    out.print(str(result), style="bien" if result.solved else "", markup=False, soft_wrap=True)
    return result


def _edited(exercise: Exercise) -> int:
    """Cuándo se escribió la respuesta, en nanosegundos; 0 si no hay archivo."""
    try:
        return _answer_path(exercise).stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _engine_state() -> object:
    """Los contenedores y las imágenes, sin lo que crea la comprobación misma; None si no hay motor."""
    from muelle import engine
    from muelle.faults import is_absence
    from muelle.faults.listing import listed_images

    try:
        client = engine.connect()
        containers = [item for item in client.api.containers(all=True) if _foreign(item)]
        images = [item for item in listed_images(client.api) if _foreign(item)]
    except Exception as error:
        if is_absence(error):
            return None
        raise
    return sorted((item["Id"], item["State"]) for item in containers), sorted(item["Id"] for item in images)


def _foreign(item: dict[str, Any]) -> bool:
    return "muelle.comprobacion" not in (item.get("Labels") or {})
