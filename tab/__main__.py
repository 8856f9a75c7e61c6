"""`python -m tab`: hace la máquina y la pone en la web.

La llaman `./curso pestana` y `./curso libro --pestana`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from muelle.cli.console import done, fail, step
from muelle.engine import ensure_tool
from muelle.engine.private.folders import home
from muelle.errors import MuelleError
from tab import site
from tab.vm import debian, image, kernel, recipe

EDITION = "sid"
"""La edición que se publica; las demás se piden por su nombre."""

_SITE_TOOLS = ("node", "npm")


@click.group()
def app() -> None:
    """La pestaña: un motor de Docker dentro de la página."""


@app.command("maquina")
@click.option("--edicion", default=EDITION)
@click.option("--espejo", default="")
@click.option("--renovar", is_flag=True)
def machine(edicion: str, espejo: str, renovar: bool) -> None:
    """Hace la máquina (o la toma de la caché)."""
    if renovar:
        packages = debian.renew(edicion, espejo.rstrip("/") or debian.mirror())
        done(f"anotados {len(packages)} paquetes de {edicion}")
        return
    folder = _make(edicion, espejo)
    done(f"la máquina está en {folder}")


@app.command("web")
@click.argument("carpeta", type=click.Path(file_okay=False, path_type=Path))
def web(carpeta: Path) -> None:
    """Pone la pestaña en una web ya construida."""
    folder = _make(EDITION, "")
    site.install(carpeta, folder, _cache(), step)


def _cache() -> Path:
    return home() / "pestana"


def _make(edition: str, mirror: str) -> Path:
    wanted = recipe.Recipe(edition, _cache(), mirror.rstrip("/"))
    if wanted.is_made():
        tools: tuple[str, ...] = _SITE_TOOLS
    else:
        tools = (*_SITE_TOOLS, *kernel.TOOLS, *image.TOOLS)
        wanted = recipe.Recipe(edition, _cache(), wanted.mirror or debian.mirror())
    for tool in tools:
        ensure_tool(tool, progress=step)
    return recipe.make(wanted, step)


if __name__ == "__main__":
    try:
        app(prog_name="./curso pestana")
    except MuelleError as error:
        fail(str(error))
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        fail("Interrumpido: lo hecho hasta aquí queda en la caché y la próxima vez sigue.")
        sys.exit(130)
