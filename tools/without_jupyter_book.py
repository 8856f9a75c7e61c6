"""El mismo libro sin Jupyter Book, con lo más nuevo de todo lo demás: la salida, si un día hace falta.

`.venv/bin/python tools/without_jupyter_book.py [CARPETA]` hace en CARPETA (`_build/sin-jupyter-book`) un
entorno con las dependencias de `pyproject.toml`, sin Jupyter Book ni versiones fijadas, y ahí la web.
Hacen falta red y uv, que está entre lo que instala `./curso pruebas`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from packaging.requirements import Requirement

from muelle.cli.console import done, step
from muelle.cli.ready import engine_ready
from muelle.cli.turn import only_one

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = "jupyter-book"
BROUGHT_BY_IT = (
    *("sphinx", "myst-nb", "accessible-pygments"),
    *("sphinx-external-toc", "sphinx-multitoc-numbering"),
)
"""Lo que el libro usa y hoy llega con Jupyter Book."""
SHOWN = (*BROUGHT_BY_IT, "docutils", "myst-parser")


def requirements(dependencies: Iterable[str]) -> list[str]:
    """Lo que se instala: todo lo del curso salvo Jupyter Book, y lo que este traía.

    Args:
        dependencies: las de `pyproject.toml`.
    """
    return [*(each for each in dependencies if Requirement(each).name != LEFT_OUT), *BROUGHT_BY_IT]


def make_environment(folder: Path) -> Path:
    """Un entorno nuevo con lo más nuevo; devuelve su Python."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "-q", "--clear", "--python", sys.executable, str(folder)], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    wanted = requirements(project["dependencies"])
    subprocess.run([*uv, "pip", "install", "-q", "--python", str(python), *wanted], check=True)
    return python


def versions(python: Path) -> str:
    """Qué versiones tiene ese entorno de lo que construye el libro."""
    code = "import sys\nfrom importlib.metadata import version\nprint(*map(version, sys.argv[1:]))"
    command = [str(python), "-c", code, *SHOWN]
    said = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    return ", ".join(map(" ".join, zip(SHOWN, said.split(), strict=True)))


def main(folder: Path) -> int:
    """Hace el entorno, dice sus versiones y construye; devuelve el código de salida."""
    step(f"Entorno sin {LEFT_OUT}, con lo más nuevo de lo demás")
    python = make_environment(folder / "entorno")
    step(versions(python))
    endpoint, _ = engine_ready()
    variables = {**os.environ, **endpoint.environment(), "PYTHONPATH": str(ROOT / "src")}
    command = [str(python), str(ROOT / "tools" / "plain_sphinx.py"), str(folder)]
    with only_one(endpoint.url):
        status = subprocess.run(command, cwd=ROOT, env=variables).returncode
    if status == 0:
        done(f"sin {LEFT_OUT}, el libro está en {folder / 'html' / 'index.html'}")
    return status


if __name__ == "__main__":
    chosen = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "_build" / "sin-jupyter-book"
    sys.exit(main(chosen.resolve()))
