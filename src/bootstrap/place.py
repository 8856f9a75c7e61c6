"""Dónde está cada cosa de la preparación, y si ya está hecha."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOG = VENV / "instalacion.log"

BASE = "requirements.txt"
INSTALLER = "requirements-uv.txt"
EXTRAS = {"pruebas": "requirements-pruebas.txt"}
"""Lo que una orden necesita además de la base: se instala la primera vez que alguien la escribe."""


def needed(arguments: Sequence[str]) -> tuple[str, ...]:
    """Las listas de paquetes que hacen falta para una orden, la base primero.

    Args:
        arguments: lo que se escribió detrás de `./curso`.
    """
    return (BASE, *(EXTRAS[name] for name in arguments[:1] if name in EXTRAS))


def version() -> str:
    """La versión de este Python, sin su tercera cifra: `3.11`."""
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def seal(locks: Sequence[str]) -> Path:
    """El sello de esas listas: un archivo que se escribe cuando ya están instaladas."""
    extra = next((name for name, lock in EXTRAS.items() if lock == locks[-1]), "curso")
    return VENV / f"{extra}.sello"


def expected(locks: Sequence[str]) -> str:
    """Lo que dice el sello de un entorno al día: la versión de Python y la huella de cada lista."""
    prints = [hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in locks]
    return " ".join([version(), *prints])


def is_ready(locks: Sequence[str]) -> bool:
    """Si `.venv` tiene ya todo lo de esas listas."""
    try:
        return PYTHON.exists() and seal(locks).read_text(encoding="utf-8") == expected(locks)
    except OSError:
        return False


def is_whole() -> bool:
    """Si la última preparación de la base acabó, con esta versión de Python, aunque fuera para otra lista."""
    try:
        return seal((BASE,)).read_text(encoding="utf-8").partition(" ")[0] == version()
    except OSError:
        return False
