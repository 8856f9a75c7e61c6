"""La orden `capas`: lee lo que se pide, lo enseña, lo compara, lo exige o lo escribe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import click

from .console import done

if TYPE_CHECKING:
    from muelle.model import Contents, Image

    from .layers_sources import Sources
    from .requirements import Requirement

HELP = """
\b
De dónde:
  muelle/base            una imagen de tu motor
  x.tar, ./carpeta       un archivo de docker save, o una carpeta OCI (sin motor)
  -                      un archivo que llega por la entrada estándar

\b
Por ejemplo:
  docker save muelle/base | ./curso capas -
  ./curso capas x.tar --comparar linux/amd64 linux/arm64
  ./curso capas --comparar antes.tar despues.tar
  ./curso capas x.tar --exigir 'desperdicio<5%' --exigir 'tamaño<=80MB' --exigir 'capas<20'

--exigir mide desperdicio (en bytes, o en % de lo que hay en las capas), tamaño, comprimido, capas y
archivos; con <, <=, >, >= o =, y en B, kB, MB, GB, KiB, MiB, GiB. Si algo no se cumple, sale con 9.
"""


def _conditions(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> list[Requirement]:
    """Las condiciones de `--exigir`, leídas antes de empezar."""
    from .requirements import parse

    return [parse(value) for value in values]


@click.command("capas", options_metavar="[OPCIONES]", epilog=HELP)
@click.argument("imagen", nargs=-1)
@click.option("--archivo", multiple=True, metavar="RUTA", help="Un archivo o una carpeta; «-», lo que llega.")
@click.option("--plataforma", default="", metavar="SO/ARQ", help="De un archivo con varias, solo esta.")
@click.option("--contenido", is_flag=True, help="Enseña lo que añade, cambia y borra cada capa.")
@click.option("--comparar", nargs=2, metavar="A B", help="Compara dos imágenes, archivos o plataformas.")
@click.option(
    "--exigir", multiple=True, callback=_conditions, metavar="COND", help="Falla (9) si no se cumple."
)
@click.option("--svg", metavar="RUTA", help="Escribe el dibujo en SVG («-»: por la salida).")
@click.option("--png", metavar="RUTA", help="Escribe el dibujo en PNG.")
@click.option("--dot", metavar="RUTA", help="Escribe el grafo en DOT, para Graphviz.")
@click.option("--json", "json_", metavar="RUTA", help="Escribe el análisis en JSON.")
def layers(
    imagen: tuple[str, ...],
    archivo: tuple[str, ...],
    plataforma: str,
    contenido: bool,
    comparar: tuple[str, str] | None,
    exigir: list[Requirement],
    svg: str | None,
    png: str | None,
    dot: str | None,
    json_: str | None,
) -> None:
    """Enseña las capas de una o varias imágenes.

    También sus nombres, sus ENV y sus LABEL; con varias, qué comparten.
    El JSON sigue el esquema de src/muelle/sources/capas.schema.json.
    """
    from muelle.model import Contents

    from . import layers_view as view
    from .layers_sources import STDIN, Sources, is_archive, merged

    if comparar and not all(map(is_archive, imagen)):
        raise click.UsageError("Con --comparar van dos imágenes y nada más: «./curso capas --comparar A B».")
    if not imagen and not archivo and not comparar:
        raise click.UsageError("Di qué imagen: por ejemplo, «./curso capas muelle/base», o un archivo.")
    inside = contenido or bool(comparar) or bool(exigir)
    sources = Sources(inside=inside, digests=bool(comparar), platform=plataforma)
    given: list[Image | Contents] = [each for name in archivo for each in sources.archive(name)]
    given += [each for name in imagen for each in sources.images(name)]
    given = merged(given)
    if comparar:
        given = [_one(name, given, sources) for name in comparar]
    images = [item.image if isinstance(item, Contents) else item for item in given]
    if svg or png or dot:
        _draw(images, svg, png, dot)
    read = [item for item in given if isinstance(item, Contents)]
    if json_:
        _analyse(given if contenido or comparar else images, json_, compared=bool(comparar))
    elif comparar:
        view.compare(*read)
    elif not (svg or png or dot or (exigir and not contenido)):
        for item, image in zip(given, images, strict=True):
            view.show(image)
            if contenido and isinstance(item, Contents):
                view.show_contents(item)
        if len(images) > 1:
            view.table(images)
    if exigir:
        _demand(exigir, read, done if STDIN not in (svg, png, dot, json_) else None)


def _one(name: str, given: Sequence[Image | Contents], sources: Sources) -> Image | Contents:
    """La imagen de `--comparar` que se llama así: de las que ya se leyeron, si las hay, o de donde diga."""
    from muelle.errors import NotFound
    from muelle.model import Contents, is_platform

    from .layers_sources import told

    if not given:
        found = sources.images(name)
        if len(found) == 1:
            return found[0]
        there = ", ".join(item.image.platform for item in found if isinstance(item, Contents))
        raise NotFound(f"En {told(name)} hay varias imágenes ({there}): elige una con --plataforma.")
    named = [(item.image if isinstance(item, Contents) else item, item) for item in given]
    matches = [item for image, item in named if name in (image.platform, *image.tags) or _is_id(name, image)]
    matches = matches or [item for image, item in named if is_platform(name, image.platform)]
    if len(matches) == 1:
        return matches[0]
    there = ", ".join(f"{image.name} ({image.platform})" for image, _ in named)
    how = "hay varias" if matches else "no hay ninguna"
    raise NotFound(f"De lo que se lee, {how} que se llame {name}: {there}.")


def _is_id(name: str, image: Image) -> bool:
    digits = name.removeprefix("sha256:")
    return len(digits) >= 12 and image.id.removeprefix("sha256:").startswith(digits)


def _demand(
    requirements: Sequence[Requirement], images: Sequence[Contents], say: Callable[[str], None] | None
) -> None:
    from .requirements import demand

    for line in demand(requirements, images):
        if say is not None:
            say(line)


def _draw(images: Sequence[Image], svg: str | None, png: str | None, dot: str | None) -> None:
    from muelle import draw

    from .layers_view import write

    diagram = draw.image(images[0]) if len(images) == 1 else draw.images(images)
    if svg:
        write(svg, [diagram.svg().encode("utf-8")])
    if png:
        write(png, [diagram.png()])
    if dot:
        write(dot, [diagram.dot.encode("utf-8", "replace")])


def _analyse(given: Sequence[Image | Contents], target: str, *, compared: bool) -> None:
    from muelle.sources import report

    from .layers_view import write

    write(
        target,
        (piece.encode("utf-8", "backslashreplace") for piece in report.pieces(given, compared=compared)),
    )
