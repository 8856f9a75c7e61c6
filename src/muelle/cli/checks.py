"""`pruebas`: todo lo que comprueba la integración continua, en orden, de lo rápido a lo lento."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from .console import err, out, step
from .paths import ROOT


@dataclass(frozen=True)
class Check:
    """Un paso: su nombre en español y la orden que lo comprueba."""

    name: str
    command: tuple[str, ...]


def checks(site: Path) -> tuple[Check, ...]:
    """Los pasos de `pruebas`.

    Args:
        site: carpeta (vacía) en la que se construye la web que se mira con Chromium.
    """
    python = sys.executable
    publish = (python, "-m", "muelle", "libro", "--publicar", "--salida", str(site))
    return (
        Check("Estilo del código (ruff)", (python, "-m", "ruff", "check", ".")),
        Check("Formato del código (ruff)", (python, "-m", "ruff", "format", "--check", ".")),
        Check("Tipos (mypy)", (python, "-m", "mypy")),
        Check("Cuadernos al día", (python, "-m", "muelle", "cuadernos", "--comprobar")),
        Check("Pruebas sin motor", (python, "-m", "pytest", "-q", "tests/unit")),
        Check("Pruebas con un motor de verdad", (python, "-m", "pytest", "-q", "tests/live")),
        Check("El libro, ejecutado entero", publish),
        Check("Capítulos, ejercicios y web", (python, "-m", "pytest", "-q", "tests/course")),
    )


def run(site: Path) -> int:
    """Ejecuta todos los pasos, también tras un fallo, y dice al final cuáles fallaron.

    Returns:
        0 si todos pasan, 1 si alguno falla.
    """
    environment = dict(os.environ, MUELLE_SITIO=str(site / "html"))
    failed = []
    for check in checks(site):
        step(f"{check.name}…")
        started = time.monotonic()
        status = subprocess.call(check.command, cwd=ROOT, env=environment)
        seconds = time.monotonic() - started
        mark, style = ("✗", "mal") if status else ("✓", "bien")
        err.print(f"{mark} {check.name} ({seconds:.0f} s)", style=style, markup=False)
        if status:
            failed.append(check.name)
    if failed:
        out.print(f"✗ {len(failed)} pasos fallaron: {'; '.join(failed)}.", style="mal", markup=False)
    else:
        out.print("✓ hecho: todas las comprobaciones pasan.", style="bien", markup=False)
    return 1 if failed else 0
