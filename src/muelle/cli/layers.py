"""La orden `capas`: lee lo que se pide, lo enseña o lo escribe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import step, working

if TYPE_CHECKING:
    from muelle.model import Contents, Image

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("capas", options_metavar="[OPCIONES]")
@click.argument("imagen", nargs=-1)
@click.option(
    "--archivo", type=_FILE, metavar="RUTA", help="Lee un archivo de docker save; no hace falta motor."
)
@click.option("--contenido", is_flag=True, help="Enseña lo que añade, cambia y borra cada capa.")
@click.option(
    "--comparar", nargs=2, metavar="A B", help="Compara dos imágenes: capas comunes y archivos distintos."
)
@click.option("--svg", metavar="RUTA", help="Escribe el dibujo en SVG («-»: por la salida).")
@click.option("--png", metavar="RUTA", help="Escribe el dibujo en PNG.")
@click.option("--dot", metavar="RUTA", help="Escribe el grafo en DOT, para Graphviz.")
@click.option("--json", "json_", metavar="RUTA", help="Escribe el análisis en JSON.")
def layers(
    imagen: tuple[str, ...],
    archivo: Path | None,
    contenido: bool,
    comparar: tuple[str, str] | None,
    svg: str | None,
    png: str | None,
    dot: str | None,
    json_: str | None,
) -> None:
    """Enseña las capas de una o varias imágenes.

    Con varias se ve qué comparten. El JSON sigue el esquema de src/muelle/sources/capas.schema.json.
    """
    from muelle.model import Contents

    from . import layers_view as view

    if comparar and (imagen or archivo):
        raise click.UsageError("Con --comparar van dos imágenes y nada más: «./curso capas --comparar A B».")
    names = [*imagen, *(comparar or ())]
    if not names and not archivo:
        raise click.UsageError("Di qué imagen: por ejemplo, «./curso capas muelle/base», o un --archivo.")
    given = _read(names, archivo, inside=contenido or bool(comparar))
    images = [item.image if isinstance(item, Contents) else item for item in given]
    if svg or png or dot or json_:
        _draw(images, svg, png, dot)
        if json_:
            _analyse(given if contenido or comparar else images, json_)
        return
    if comparar:
        one, other = (item for item in given if isinstance(item, Contents))
        view.compare(one, other)
        return
    for item, image in zip(given, images, strict=True):
        view.show(image)
        if contenido and isinstance(item, Contents):
            view.show_contents(item)
    if len(images) > 1:
        view.table(images)


def _read(names: Sequence[str], archive_path: Path | None, *, inside: bool) -> list[Image | Contents]:
    """Las imágenes del archivo y las del motor; con `inside`, también lo que hay en sus capas."""
    from muelle.sources import archive, daemon

    given: list[Image | Contents] = []
    if archive_path:
        with working(f"Leyendo {archive_path.name}"):
            given += archive.read_file(archive_path)
    if names:
        from muelle import engine

        client = engine.connect(progress=step)
        for name in names:
            with working(f"Leyendo las capas de {name}"):
                given.append(daemon.contents(client, name) if inside else daemon.image(client, name))
    return given


def _draw(images: Sequence[Image], svg: str | None, png: str | None, dot: str | None) -> None:
    from muelle import draw

    from .layers_view import write

    diagram = draw.image(images[0]) if len(images) == 1 else draw.images(images)
    if svg:
        write(svg, diagram.svg().encode("utf-8"))
    if png:
        write(png, diagram.png())
    if dot:
        write(dot, diagram.dot.encode("utf-8", "replace"))


def _analyse(given: Sequence[Image | Contents], target: str) -> None:
    from muelle.sources import report

    from .layers_view import write

    write(target, report.text(given).encode("utf-8", "replace"))
