"""La orden `llevar`: preparar una carpeta para una sala sin red."""

from __future__ import annotations

from pathlib import Path

import click

from .console import done, progress_bytes, step
from .paths import BUILD
from .ready import site_builder


@click.command("llevar", options_metavar="[OPCIONES]")
@click.argument("carpeta", type=click.Path(file_okay=False, path_type=Path))
def take(carpeta: Path) -> None:
    """Prepara una carpeta para una sala sin red.

    Deja en CARPETA (una memoria USB) el curso, la web y los paquetes de Python para Linux, Windows y macOS.
    La web es la de _build, con la pestaña si la lleva. Si se interrumpe, la misma orden sigue donde estaba.
    """
    from .book import has_tab
    from .carry import carry

    index = site_builder(BUILD, tab=has_tab(BUILD))()
    with progress_bytes("Paquetes") as tell:
        size = carry(carpeta, index.parent, step, tell)
    done(f"todo está en {carpeta.resolve()} ({size / 1e6:.0f} MB); lee su LEEME.txt")
