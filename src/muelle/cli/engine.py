"""`motor` y `limpiar`: el motor privado del curso, y lo que el curso creó en cualquiera."""

from __future__ import annotations

import sys

import click

from .console import agree, done, out, step, working
from .group import OPTIONS, Group


@click.group("motor", cls=Group, options_metavar=OPTIONS, subcommand_metavar="ORDEN")
def motor() -> None:
    """El motor privado del curso: arrancar, parar, estado."""


@motor.command("arrancar", options_metavar=OPTIONS)
def engine_start() -> None:
    """Arranca el motor privado (o usa el que ya esté en marcha)."""
    from muelle.engine import private
    from muelle.engine.search import locate

    endpoint = private.start(progress=step)
    done(f"motor privado en marcha ({private.status().kind}): {endpoint.url}")
    other = locate.explicit()
    if other is not None and not other.private:
        name = other.origin.split()[-1]
        step(f"El curso no lo usará mientras {other.origin} mande a {other.url}: escribe `unset {name}`.")


@motor.command("parar", options_metavar=OPTIONS)
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


@motor.command("estado", options_metavar=OPTIONS)
def engine_status() -> None:
    """Dice cómo está el motor privado y cuál usaría el curso."""
    from muelle import engine
    from muelle.engine import private
    from muelle.errors import EngineUnavailable

    status = private.status()
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


@click.command("limpiar", options_metavar=OPTIONS)
@click.option("--si", is_flag=True, help="No pregunta.")
def clean(si: bool) -> None:
    """Quita del motor lo que creó el curso.

    Solo lo que lleva la LABEL muelle=1: lo tuyo no se toca.
    """
    from muelle import engine, owned
    from muelle.errors import MuelleError

    from .neighbours import others

    endpoint = engine.find(start=False)
    client = endpoint.client()
    mine = owned.mine(client)
    if not mine:
        done("no había nada del curso en el motor")
        return
    out.print(f"Del curso hay {mine}.", markup=False, soft_wrap=True)
    asks = not si and sys.stdin is not None and sys.stdin.isatty()
    if who := others(endpoint.url):
        step(f"Con este motor trabaja también {' y '.join(who)}, y lo suyo lleva la misma marca")
        if not asks and not si:
            raise MuelleError("No se quitó nada: si de verdad quieres quitar también lo suyo, añade --si.")
    if asks and not agree("¿Lo quito?"):
        done("no se quitó nada")
        return
    cleaned = str(owned.clean(client))
    done(cleaned[0].lower() + cleaned[1:])
