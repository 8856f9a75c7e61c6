"""Las órdenes de `./curso`: cada una lee sus argumentos, llama a quien sabe hacerlo y dice cómo acabó.

Lo que tarda en importarse se importa dentro de cada orden, para que `--help` responda al momento.
"""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .console import done, err, out, step, working
from .exercises import exercises
from .layers import layers
from .paths import BUILD, NOTEBOOKS, ROOT, WORK

if TYPE_CHECKING:
    import docker

    from muelle.engine import Endpoint

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
  130  interrumpido con Ctrl-C
"""


_FOLDER = click.Path(file_okay=False, path_type=Path)


class _Group(click.Group):
    """Un grupo que muestra las órdenes en el orden en que se usan, no en el alfabético."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(self.commands)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    options_metavar="[OPCIONES]",
    subcommand_metavar="ORDEN",
    epilog=EXIT_CODES,
)
def app() -> None:
    """Arquitectura de Docker: un curso que se lee, se ejecuta y se practica con un motor de verdad."""


def _command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    return app.command(name, options_metavar="[OPCIONES]")


def _engine() -> tuple[Endpoint, docker.DockerClient]:
    """Encuentra o arranca el motor, le carga la imagen base y dice cuál es."""
    from muelle import engine

    step("Buscando un motor de Docker")  # sin indicador en marcha: se mezclaría con la pregunta de apt
    endpoint, client = engine.connection(progress=step)
    step(f"Motor: {endpoint.url} ({endpoint.origin})")
    return endpoint, client


@_command("libro")
@click.option("--servir", is_flag=True, help="Sirve la web en loopback y la rehace cuando cambia una fuente.")
@click.option("--abrir", is_flag=True, help="Abre la web en el navegador al terminar.")
@click.option("--zip", "zip_", is_flag=True, help="Empaqueta la web en un .zip para repartirla sin red.")
@click.option("--pdf", is_flag=True, help="Hace también un PDF con el curso entero (con Chromium).")
@click.option("--publicar", is_flag=True, help="En carpeta limpia y ejecutándolo todo, como al publicar.")
@click.option("--direccion", default="", metavar="URL", help="Dónde se publica: para el mapa y las tarjetas.")
@click.option("--salida", type=_FOLDER, default=BUILD, metavar="CARPETA", help="Carpeta de salida (_build).")
def book(
    servir: bool, abrir: bool, zip_: bool, pdf: bool, publicar: bool, direccion: str, salida: Path
) -> None:
    """Construye el libro con un motor de verdad.

    Cada salida de la web la produce el motor que se encuentre, en el momento.
    """
    from muelle import engine

    from . import book as builder
    from . import paper
    from .serve import serve
    from .turn import only_one

    for tool in ("dot", "docker", *(("chromium",) if pdf else ())):
        engine.ensure_tool(tool, progress=step)
    endpoint, client = _engine()
    facts = engine.describe(client, endpoint)
    identity = f"{endpoint.url} {facts.engine_name} {facts.engine_version} {facts.store}"
    environment = dict(os.environ) if endpoint.private else {**os.environ, **endpoint.environment()}

    def make(publish: bool = False) -> Path:
        with only_one(endpoint.url):
            return builder.build(
                salida.resolve(), identity, publish=publish, environment=environment, address=direccion
            )

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


@_command("clase")
@click.option("--reiniciar", metavar="NOMBRE", help="Trae de nuevo un cuaderno; tu copia queda apartada.")
@click.option(
    "--sin-navegador", is_flag=True, help="Muestra la dirección con su token y no abre el navegador."
)
def classroom(reiniciar: str | None, sin_navegador: bool) -> None:
    """Abre JupyterLab con tus cuadernos.

    Son copias tuyas, en la carpeta trabajo/: una versión nueva del curso no las pisa nunca.
    """
    from . import classroom as lessons
    from .turn import open_class

    if reiniciar:
        aside = lessons.reset(reiniciar, NOTEBOOKS, WORK)
        if aside:
            step(f"Tu copia anterior está en {aside.relative_to(ROOT)}")
        done(f"{reiniciar} es otra vez el del curso")
        return
    given = lessons.hand_out(NOTEBOOKS, WORK)
    for name in given.updated:
        step(f"{name}: nueva versión del curso")
    for name in given.kept:
        step(f"{name}: hay versión nueva, pero el tuyo tiene cambios y se queda como está")
        step(f"  (para traer la nueva y apartar la tuya: ./curso clase --reiniciar {Path(name).stem})")
    endpoint, _ = _engine()
    os.environ.update(endpoint.environment())

    def ready(address: str) -> None:
        done(f"tus cuadernos están en {WORK.relative_to(ROOT)}/; abre {address} (Ctrl-C para terminar)")
        if not sin_navegador:
            webbrowser.open(address)

    with open_class(endpoint.url):
        step("Abriendo JupyterLab")
        raise click.exceptions.Exit(lessons.open_lab(WORK, BUILD / "clase.log", ready))


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


@app.group("motor", cls=_Group, options_metavar="[OPCIONES]", subcommand_metavar="ORDEN")
def motor() -> None:
    """El motor privado del curso: arrancar, parar, estado."""


@motor.command("arrancar", options_metavar="[OPCIONES]")
def engine_start() -> None:
    """Arranca el motor privado (o usa el que ya esté en marcha)."""
    from muelle.engine import private

    endpoint = private.start(progress=step)
    done(f"motor privado en marcha ({private.status().kind}): {endpoint.url}")


@motor.command("parar", options_metavar="[OPCIONES]")
@click.option("--borrar", is_flag=True, help="Borra también sus imágenes y contenedores.")
def engine_stop(borrar: bool) -> None:
    """Para el motor privado y quita sus procesos, montajes y redes."""
    from muelle.engine import private

    with working("Parando el motor privado"):
        found = private.stop(keep_data=not borrar)
    if not found:
        done("no había ningún motor privado que parar")
        return
    done("motor privado parado" + (" y sus datos borrados" if borrar else "; sus imágenes se conservan"))


@motor.command("estado", options_metavar="[OPCIONES]")
def engine_status() -> None:
    """Dice cómo está el motor privado y cuál usaría el curso."""
    from muelle import engine
    from muelle.errors import EngineUnavailable

    status = engine.private.status()
    words = "en marcha" if status.running else "parado"
    if status.running and status.kind:
        words += f" ({status.kind})"
    if status.running and not status.answering:
        words += ", pero no responde: `./curso motor arrancar` lo arranca de nuevo"
    out.print(f"Motor privado: {words}", markup=False, soft_wrap=True)
    try:
        endpoint = engine.find(start=False)
    except EngineUnavailable as error:
        out.print(f"El curso usaría: ninguno todavía. {error}", markup=False, soft_wrap=True)
        raise click.exceptions.Exit(EngineUnavailable.exit_code) from None
    out.print(f"El curso usaría: {endpoint.url} ({endpoint.origin})", markup=False, soft_wrap=True)


@_command("limpiar")
@click.option("--si", is_flag=True, help="No pregunta.")
def clean(si: bool) -> None:
    """Quita del motor lo que creó el curso.

    Solo lo que lleva la etiqueta muelle=1: lo tuyo no se toca.
    """
    from muelle import engine, owned

    client = engine.find(start=False).client()
    mine = owned.mine(client)
    if not mine:
        done("no había nada del curso en el motor")
        return
    out.print(f"Del curso hay: {mine}", markup=False, soft_wrap=True)
    if not si and sys.stdin.isatty():
        click.confirm("¿Lo quito?", default=True, abort=True)
    done(f"quitado: {owned.clean(client)}")


app.add_command(layers)
app.add_command(exercises)


@_command("corregir")
@click.argument("entregas", type=_FOLDER)
@click.option(
    "--salida", type=_FOLDER, default=Path("informe"), metavar="CARPETA", help="Dónde va el informe."
)
@click.option(
    "--a-la-vez", type=click.IntRange(1), metavar="N", help="Cuadernos a la vez (uno por procesador)."
)
@click.option(
    "--plazo", type=click.IntRange(1), default=600, metavar="S", help="Segundos para cada cuaderno (600)."
)
def grade(entregas: Path, salida: Path, a_la_vez: int | None, plazo: int) -> None:
    """Corrige los cuadernos de una clase.

    ENTREGAS es una carpeta con un cuaderno por estudiante, o con una carpeta por estudiante.
    Lo ya corregido no se repite: si se interrumpe, la misma orden sigue donde estaba.
    """
    from muelle.grading import Step
    from muelle.grading import grade as grade_all

    def tell(progress: Step) -> None:
        again = " (ya estaba)" if progress.resumed else ""
        step(f"{progress.done} de {progress.total}: {progress.notebook}{again}")

    report = grade_all(entregas, salida, workers=a_la_vez, deadline=plazo, progress=tell)
    if report.exposed:
        step(f"Aviso: {report.exposed}")
    if report.pending:
        step(f"Sin corregir: {report.pending}. Repite la orden y se intenta otra vez.")
    done(f"abre {report.html.resolve()} (o la tabla, {report.csv.name})")


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
def tests() -> None:
    """Ejecuta todas las comprobaciones.

    Son las mismas que hace la integración continua.
    """
    from muelle import engine

    from .checks import run

    for tool in ("dot", "docker", "chromium", "hunspell"):
        engine.ensure_tool(tool, progress=step)
    _engine()
    raise click.exceptions.Exit(run(BUILD / "pruebas"))
