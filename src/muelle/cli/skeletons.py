"""`nuevo`: la orden que escribe el esqueleto de un capítulo o de un ejercicio; lo hace `new.py`."""

from __future__ import annotations

from pathlib import Path

import click

from .console import done, step
from .group import OPTIONS, Group
from .paths import ROOT


@click.group("nuevo", cls=Group, options_metavar=OPTIONS, subcommand_metavar="QUÉ")
def new() -> None:
    """El esqueleto de un capítulo o un ejercicio."""


@new.command("capitulo", options_metavar=OPTIONS)
@click.argument("nombre")
def new_chapter(nombre: str) -> None:
    """Escribe el capítulo siguiente."""
    from .new import chapter

    _written(chapter(nombre, ROOT))


@new.command("ejercicio", options_metavar=OPTIONS)
@click.argument("nombre")
@click.option("--capitulo", required=True, metavar="CAPÍTULO", help="El capítulo al que va, como 09-parar.")
def new_exercise(nombre: str, capitulo: str) -> None:
    """Escribe un ejercicio al final de un capítulo."""
    from .new import exercise

    _written(exercise(nombre, capitulo, ROOT))


def _written(paths: list[Path]) -> None:
    """Dice qué se escribió y qué falta."""
    for path in paths:
        step(str(path.relative_to(ROOT)))
    done("escríbelo y repite `./curso cuadernos`")
