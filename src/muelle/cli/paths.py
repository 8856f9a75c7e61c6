"""Dónde está cada cosa del repositorio."""

from __future__ import annotations

import os
from pathlib import Path


def own_folder(course: Path, name: str) -> Path:
    """Una carpeta en la que se escribe: dentro de la del curso o, si ahí no se puede, en la de esta persona.

    Args:
        course: la carpeta del curso; quizá la puso otra persona, para todas, o es de solo lectura.
        name: cómo se llama.
    """
    inside = course / name
    if os.access(inside if inside.exists() else course, os.W_OK):
        return inside
    return Path.home() / "arquitectura-de-docker" / name


def shown(path: Path) -> Path:
    """Una ruta para leerla: desde la carpeta del curso, si está dentro."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


ROOT = Path(__file__).resolve().parents[3]
BOOK = ROOT / "book"
NOTEBOOKS = ROOT / "notebooks"
WORK = own_folder(ROOT, "trabajo")
BUILD = own_folder(ROOT, "_build")
SITE = BUILD / "html"
