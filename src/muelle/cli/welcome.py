"""Dónde se abre la clase: el cuaderno que se dejó a medias o, la primera vez, una página con el mapa."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

NAME = "bienvenida.ipynb"
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
"""Sin núcleo apuntado, JupyterLab abriría un cuadro para preguntar por uno."""


def digest(path: Path) -> str:
    """La huella de lo que un cuaderno dice: abrirlo en JupyterLab y guardarlo sin tocar nada no la cambia.

    JupyterLab reescribe los metadatos, los identificadores y el formato del archivo.

    Args:
        path: el cuaderno; si no se entiende, cuentan todos sus bytes.
    """
    data = path.read_bytes()
    try:
        said = [_cell(cell) for cell in json.loads(data)["cells"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _cell(cell: Mapping[str, Any]) -> list[Any]:
    source = cell.get("source") or ""
    text = source if isinstance(source, str) else "".join(source)
    return [cell["cell_type"], text, cell.get("outputs") or [], cell.get("attachments") or {}]


def left_off(work: Path, handed_out: Mapping[str, str]) -> str | None:
    """El cuaderno que se tocó por última vez; None si no se ha tocado ninguno.

    Args:
        work: la carpeta de trabajo.
        handed_out: nombre de cada cuaderno -> huella de lo que se entregó.
    """
    touched = [
        path
        for path in work.glob("*.ipynb")
        if path.name != NAME and digest(path) != handed_out.get(path.name)
    ]
    return max(touched, key=lambda path: path.stat().st_mtime).name if touched else None


def write(work: Path) -> str:
    """Escribe la página de bienvenida y devuelve su nombre.

    Args:
        work: la carpeta de trabajo, con los cuadernos ya entregados.
    """
    notebook = {
        "cells": [{"cell_type": "markdown", "id": "bienvenida", "metadata": {}, "source": page(work)}],
        "metadata": {"kernelspec": _KERNEL},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (work / NAME).write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return NAME


def page(work: Path) -> str:
    """Lo que dice: qué cuadernos hay, en orden, y por qué ejercicio seguir.

    Args:
        work: como en `write`.
    """
    lines = ["# Arquitectura de Docker", "", "Estos cuadernos son tuyos: lo que cambies se queda.", ""]
    for path in sorted(work.glob("*.ipynb")):
        if path.name != NAME:
            lines.append(f"- [{_title(path)}]({path.name})")
    return "\n".join([*lines, "", _next_exercise(work), ""])


def _title(path: Path) -> str:
    """El título de un cuaderno: su primer encabezado, o el nombre del archivo si no lo tiene.

    Las celdas de código no cuentan: sus comentarios empiezan igual.
    """
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        written = [cell.get("source") or "" for cell in cells if cell["cell_type"] == "markdown"]
        lines = [line for source in written for line in "".join(source).splitlines()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        lines = []
    return next((line[2:].strip() for line in lines if line.startswith("# ")), path.stem)


def _next_exercise(work: Path) -> str:
    from muelle.exercises import load, store

    progress = store.read()
    pending = [each for each in load() if not progress.mark(each.slug).solved]
    if not pending:
        return "**Has resuelto todos los ejercicios.**"
    exercise = min(pending, key=lambda each: each.order)
    notebook = f"{exercise.chapter}.ipynb"
    where = f", en [su cuaderno]({notebook})" if (work / notebook).is_file() else ""
    return f"**Tu próximo ejercicio: «{exercise.title}»**{where} (unos {exercise.minutes} minutos)."
