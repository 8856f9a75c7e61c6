"""Las órdenes de `./curso`: cada una lee sus argumentos, llama a quien sabe hacerlo y dice cómo acabó.

Lo que tarda en importarse se importa dentro de cada orden, para que `--help` responda al momento.
"""

from __future__ import annotations

import os
import webbrowser
from collections.abc import Callable
from pathlib import Path

import click

from .console import done, err, out, step, working
from .engine import clean, motor
from .exercises import exercises
from .grading import grade
from .group import OPTIONS, Group
from .layers import layers
from .paths import BUILD, NOTEBOOKS, ROOT, WORK, shown
from .ready import engine_ready, site_builder
from .skeletons import new
from .taking import take

EXIT_CODES = """
\b
Códigos de salida:
  0    todo bien
  1    algo no se pudo hacer (la frase dice qué)
  2    la orden está mal escrita, o falló la preparación
  3    no hay motor de Docker, o no responde
  4    falta un programa del sistema
  5    un archivo de imagen está dañado
  6    lo que se pide no existe
  7    un nombre que el curso necesita es de otro
  8    el libro no se construyó
  9    una imagen no cumple lo que se le exige (capas --exigir)
  130  interrumpido con Ctrl-C
"""


_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar=OPTIONS,
    subcommand_metavar="ORDEN",
    epilog=EXIT_CODES,
)
def app() -> None:
    """Arquitectura de Docker: un curso que se lee, se ejecuta y se practica con un motor de verdad."""


def _command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    return app.command(name, options_metavar=OPTIONS)


@_command("libro")
@click.option("--servir", is_flag=True, help="Sirve la web en loopback y la rehace cuando cambia una fuente.")
@click.option("--abrir", is_flag=True, help="Abre la web en el navegador al terminar.")
@click.option("--zip", "zip_", is_flag=True, help="Empaqueta la web en un .zip para repartirla sin red.")
@click.option("--pdf", is_flag=True, help="Hace también un PDF con el curso entero (con Chromium).")
@click.option(
    "--pestana", is_flag=True, help="Pone en la web un motor que funciona en la pestaña de quien lee."
)
@click.option("--publicar", is_flag=True, help="En carpeta limpia y ejecutándolo todo, como al publicar.")
@click.option("--direccion", default="", metavar="URL", help="Dónde se publica: para el mapa y las tarjetas.")
@click.option("--salida", type=_FOLDER, default=BUILD, metavar="CARPETA", help="Carpeta de salida (_build).")
def book(
    servir: bool,
    abrir: bool,
    zip_: bool,
    pdf: bool,
    pestana: bool,
    publicar: bool,
    direccion: str,
    salida: Path,
) -> None:
    """Construye el libro con un motor de verdad.

    Cada salida de la web la produce el motor que se encuentre, en el momento.
    """
    from muelle import engine

    from . import book as builder
    from . import paper
    from .serve import serve

    if pdf:
        engine.ensure_tool("chromium", progress=step)
    make = site_builder(salida.resolve(), address=direccion, tab=pestana)
    index = make(publish=publicar)
    if zip_:
        done(f"el libro está en {builder.zip_site(index.parent)}")
    if pdf:
        with working("Haciendo el PDF"):
            done(f"el PDF está en {paper.pdf(index.parent, engine.ensure_tool('chromium'))}")
    if servir:
        serve(index.parent, make, lambda address: webbrowser.open(address) if abrir else None)
        return
    done(f"abre {index}")
    if abrir:
        webbrowser.open(index.as_uri())


@_command("pestana")
@click.option("--edicion", default="sid", metavar="NOMBRE", help="De qué Debian sale la máquina (sid).")
@click.option("--espejo", default="", metavar="URL", help="Otro espejo de Debian: el de la máquina, si no.")
@click.option("--renovar", is_flag=True, help="Anota en la receta las versiones que hoy tiene el espejo.")
def tab(edicion: str, espejo: str, renovar: bool) -> None:
    """Hace la máquina con el motor de la pestaña.

    Se hace una vez (unos diez minutos) y queda en la caché del curso; `libro --pestana` la pone en la web.
    """
    from .tab import run

    options = ("--edicion", edicion, "--espejo", espejo, *(("--renovar",) if renovar else ()))
    raise click.exceptions.Exit(run("maquina", *options))


@_command("clase")
@click.option("--reiniciar", metavar="NOMBRE", help="Trae de nuevo un cuaderno; tu copia queda apartada.")
@click.option(
    "--sin-navegador", is_flag=True, help="Muestra la dirección con su token y no abre el navegador."
)
def classroom(reiniciar: str | None, sin_navegador: bool) -> None:
    """Abre JupyterLab con tus cuadernos.

    Son copias tuyas, en la carpeta trabajo/: una versión nueva del curso no las pisa nunca.
    """
    from muelle.engine.search import locate

    from . import classroom as lessons
    from .turn import open_class

    if reiniciar:
        aside = lessons.reset(reiniciar, NOTEBOOKS, WORK)
        if aside:
            step(f"Tu copia anterior está en {shown(aside)}")
        done(f"{reiniciar} es otra vez el del curso")
        return
    given = lessons.hand_out(NOTEBOOKS, WORK)
    for name in given.updated:
        step(f"{name}: nueva versión del curso")
    for name in given.kept:
        step(f"{name}: hay versión nueva, pero el tuyo tiene cambios y se queda como está")
        step(f"  (para traer la nueva y apartar la tuya: ./curso clase --reiniciar {Path(name).stem})")
    endpoint, _ = engine_ready()
    os.environ.update(endpoint.environment())
    os.environ[locate.FROM_CLASS] = endpoint.url

    def ready(address: str) -> None:
        done(f"tus cuadernos están en {shown(WORK)}{os.sep}; abre {address} (Ctrl-C para terminar)")
        if not sin_navegador:
            webbrowser.open(lessons.door(address, WORK / lessons.SETTINGS).as_uri())

    with open_class(endpoint.url):
        step("Abriendo JupyterLab")
        raise click.exceptions.Exit(lessons.open_lab(WORK, ready))


@_command("diagnostico")
def doctor() -> None:
    """Dice qué hay, qué falta y qué escribir.

    No se fía de los números de versión: habla con el motor y arranca un contenedor.
    """
    from .doctor import examine

    marks = {True: ("✓", "bien"), False: ("✗", "mal"), None: ("·", "nota")}
    failed = 0
    for finding in examine(step):
        mark, style = marks[finding.ok]
        out.print(f"{mark} {finding.subject}: {finding.detail}", style=style, markup=False, soft_wrap=True)
        failed += finding.ok is False
    if failed:
        err.print("Hay algo que remediar antes de seguir.", style="mal")
        raise click.exceptions.Exit(1)
    done("todo lo necesario está")


app.add_command(motor)
app.add_command(clean)
app.add_command(layers)
app.add_command(exercises)
app.add_command(take)
app.add_command(grade)


@_command("cuadernos")
@click.option("--comprobar", is_flag=True, help="No escribe: falla si notebooks/ no está al día.")
def notebooks(comprobar: bool) -> None:
    """Genera notebooks/ a partir de book/."""
    from muelle.notebooks import check, derive

    from .paths import BOOK

    if comprobar:
        check(BOOK, NOTEBOOKS)
        done("los cuadernos están al día")
    else:
        derive(BOOK, NOTEBOOKS)
        done(f"cuadernos en {NOTEBOOKS.relative_to(ROOT)}/")


@_command("pruebas")
@click.option("--pestana", is_flag=True, help="Solo las de la pestaña, que van aparte: tardan lo suyo.")
def tests(pestana: bool) -> None:
    """Ejecuta todas las comprobaciones.

    Son las mismas que hace la integración continua.
    """
    from muelle import engine

    from .checks import run
    from .tab import check

    if pestana:
        for tool in ("dot", "docker", "chromium"):
            engine.ensure_tool(tool, progress=step)
        raise click.exceptions.Exit(check())
    for tool in ("dot", "docker", "chromium", "hunspell"):
        engine.ensure_tool(tool, progress=step)
    engine_ready()
    raise click.exceptions.Exit(run(BUILD / "pruebas"))


app.add_command(new)
