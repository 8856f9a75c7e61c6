"""Dónde está cada cosa del repositorio."""

from __future__ import annotations

import os
from pathlib import Path


def work_folder(course: Path) -> Path:
    """La carpeta de trabajo de esta persona: dentro de la del curso o, si ahí no puede escribir, en la suya.

    Args:
        course: la carpeta del curso; quizá la puso otra persona, para todas.
    """
    inside = course / "trabajo"
    if os.access(inside if inside.exists() else course, os.W_OK):
        return inside
    return Path.home() / "arquitectura-de-docker" / "trabajo"


def shown(path: Path) -> Path:
    """Una ruta para leerla: desde la carpeta del curso, si está dentro."""
    return path.relative_to(ROOT) if path.is_relative_to(ROOT) else path


ROOT = Path(__file__).resolve().parents[3]
BOOK = ROOT / "book"
NOTEBOOKS = ROOT / "notebooks"
WORK = work_folder(ROOT)
BUILD = ROOT / "_build"
SITE = BUILD / "html"
