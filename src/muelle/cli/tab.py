"""`pestana` y `libro --pestana`: la carpeta `tab/`, que hace la máquina y la pone en la web.

Va en otro proceso: la biblioteca no depende de `tab/`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

from .console import done, fail, step
from .paths import BUILD, ROOT


def run(*arguments: str) -> int:
    """Ejecuta `python -m tab` con esos argumentos y devuelve su código de salida."""
    return subprocess.run([sys.executable, "-m", "tab", *arguments], cwd=ROOT).returncode


def check() -> int:
    """Hace la web con la pestaña y prueba, en el navegador, capítulos y página; dice lo que tarda cada paso.

    Returns:
        0 si todo pasa, 1 si algo falla.
    """
    output = BUILD / "pruebas-pestana"
    steps = {
        "La web con la pestaña": ("muelle", "libro", "--pestana", "--salida", str(output)),
        "La pestaña en el navegador": ("pytest", "-q", "tests/tab"),
    }
    environment = {**os.environ, "MUELLE_SITIO": str(output / "html")}
    for name, arguments in steps.items():
        step(f"{name}…")
        started = time.monotonic()
        status = subprocess.run([sys.executable, "-m", *arguments], cwd=ROOT, env=environment).returncode
        seconds = time.monotonic() - started
        if status:
            fail(f"{name}: falló a los {seconds:.0f} s.")
            return 1
        done(f"{name} ({seconds:.0f} s)")
    return 0
