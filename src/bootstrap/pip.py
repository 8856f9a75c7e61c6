"""El pip que trae Python dentro: se ejecuta desde su archivo, sin esperar a que se instale en `.venv`.

Hacer un entorno con pip tarda bastante más que hacerlo sin él, y aquí pip solo trae a uv. El que usa quien
escribe `%pip` es otro: está entre los paquetes del curso.
"""

from __future__ import annotations

import sysconfig
from pathlib import Path

from . import place

_RUN = """\
import runpy, sys
sys.path.insert(0, sys.argv.pop(1))
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""
"""Ejecuta pip desde el archivo que dice su primer argumento."""


def carried() -> Path | None:
    """El archivo de pip que viene con este Python, o `None` si no está donde suele.

    Está en la carpeta de `ensurepip` o, en las distribuciones que lo guardan aparte, en la que dice
    `WHEEL_PKG_DIR` (https://docs.python.org/3/using/configure.html#cmdoption-with-wheel-pkg-dir).
    """
    import ensurepip  # en Debian llega con un paquete aparte, que puede acabar de instalarse

    folders = [sysconfig.get_config_var("WHEEL_PKG_DIR"), Path(ensurepip.__file__).parent / "_bundled"]
    wheels = (wheel for folder in folders if folder for wheel in sorted(Path(folder).glob("pip-*.whl")))
    return next(wheels, None)


def command() -> list[str]:
    """Cómo empieza una orden de pip para el Python de `.venv`."""
    python = [str(place.PYTHON), "-I", "-X", "utf8"]
    wheel = carried()
    return [*python, "-c", _RUN, str(wheel)] if wheel else [*python, "-m", "pip"]
