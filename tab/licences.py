"""El texto que acompaña a la pestaña: qué programas lleva, con qué licencia y cuál es su código fuente."""

from __future__ import annotations

import json
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

_TOOLS = ("node_modules/esbuild", "node_modules/@esbuild/", "node_modules/@types/")
"""Lo que empaqueta la página y no va en ella."""

INTRODUCTION = """\
Lo que trae la pestaña con motor de este curso, con su licencia y su código fuente.

La máquina lleva programas de Debian sin cambios. El código fuente exacto de cada uno es el paquete fuente
que se nombra; para traerlo, en un Debian con líneas «deb-src»: apt-get source PAQUETE=VERSIÓN
Los diagramas los dibuja Viz.js, que lleva dentro Graphviz (EPL-1.0) y Expat (MIT).
El núcleo de Linux está compilado de ese código fuente con la configuración que va al final.
La receta con la que se hace todo está en la carpeta tab/ del repositorio del curso.
"""


def text(machine: Path, modules: Path, libraries: tuple[str, ...]) -> str:
    """El texto de las licencias.

    Args:
        machine: la carpeta de la máquina, con su `fuentes.json`.
        modules: la carpeta `node_modules`.
        libraries: los paquetes de Python que van en la pestaña.
    """
    sources = json.loads((machine / "fuentes.json").read_text("utf-8"))
    debian = [
        f"{each['package']} {each['version']}: {each['licence']}; {each['source']}"
        for each in sources["packages"]
    ]
    return "\n".join(
        [
            INTRODUCTION,
            "Máquina (paquete y versión de Debian: licencia; paquete fuente)",
            *(f"  {line}" for line in debian),
            "",
            "Página (paquete de npm: licencia; dónde está)",
            *(f"  {line}" for line in _npm(modules)),
            "",
            "Python (paquete: licencia; dónde está)",
            *(f"  {line}" for line in map(_python, libraries)),
            "",
            "Configuración del núcleo de Linux",
            "",
            sources["kernel_config"],
        ]
    )


def _npm(modules: Path) -> list[str]:
    """Los paquetes de npm que van en la página, con los que ellos piden; los que solo la hacen, no."""
    packages = json.loads((modules.parent / "package-lock.json").read_text("utf-8"))["packages"]
    lines = []
    for path in sorted(set(packages) - {""}):
        if path.startswith(_TOOLS):
            continue
        about = json.loads((modules.parent / path / "package.json").read_text("utf-8"))
        lines.append(f"{about['name']} {about['version']}: {_licence(about)}; {_home(about)}")
    return lines


def _licence(about: dict[str, Any]) -> str:
    """La licencia que dice un `package.json`, también en su forma antigua (una lista)."""
    old = [each["type"] for each in about.get("licenses", ())]
    return str(about.get("license") or " o ".join(old) or "véase el paquete")


def _home(about: dict[str, object]) -> str:
    repository = about.get("repository")
    found = repository.get("url") if isinstance(repository, dict) else repository
    return str(found or about.get("homepage") or "véase el paquete").removeprefix("git+")


def _python(name: str) -> str:
    metadata = distribution(name).metadata
    licence = metadata["License-Expression"] or metadata["License"] or "véase el paquete"
    url = next(iter(metadata.get_all("Project-URL") or []), metadata["Home-page"] or "")
    return f"{name} {metadata['Version']}: {licence.splitlines()[0]}; {url.split(', ')[-1]}"
