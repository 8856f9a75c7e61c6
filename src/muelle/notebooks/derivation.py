"""Los cuadernos de `notebooks/`, derivados de los capítulos de `book/` con jupytext.

Sin salidas ni soluciones, con identificadores de celda que solo cambian si cambia la celda, y con Markdown
corriente (véase `muelle.notebooks.plain`): se abren en JupyterLab, en VS Code y en Notebook clásico.
"""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path
from typing import Any

from muelle.errors import MuelleError

from muelle.notebooks.plain import plain

FIRST_CELL = """\
# Busca el motor de Docker; si no lo hay, dice en una frase qué pasa y qué hacer.
try:
    from muelle import engine
except ImportError:
    print("✗ Falta la biblioteca del curso: abre este cuaderno con «./curso clase».")
else:
    motor, cliente = engine.connection()
    print(f"✓ Motor listo, versión {cliente.version()['Version']}: {motor.origin}.")"""

KEPT_TAGS = (
    "ejercicio",
    "hide-input",
    "hide-cell",
    "hide-output",
    "remove-cell",
    "remove-input",
    "raises-exception",
)
"""Etiquetas de celda que un cuaderno conserva."""


def derive(book: Path, notebooks: Path) -> tuple[Path, ...]:
    """Escribe un cuaderno por capítulo y quita los que ya no tienen capítulo.

    Args:
        book: carpeta con los capítulos (`.md` de MyST con su cabecera de jupytext).
        notebooks: carpeta de los cuadernos; se crea si no existe.

    Returns:
        Los cuadernos, escritos o ya iguales.
    """
    wanted = render(book)
    notebooks.mkdir(parents=True, exist_ok=True)
    for name, text in wanted.items():
        path = notebooks / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
    for path in notebooks.glob("*.ipynb"):
        if path.name not in wanted:
            path.unlink()
    return tuple(notebooks / name for name in wanted)


def check(book: Path, notebooks: Path) -> None:
    """Comprueba que `notebooks` es lo que escribiría `derive`.

    Raises:
        MuelleError: si no; nombra los cuadernos y la orden que lo remedia.
    """
    wanted = render(book)
    present = {path.name: path.read_text(encoding="utf-8") for path in notebooks.glob("*.ipynb")}
    different = sorted(name for name in {*wanted, *present} if wanted.get(name) != present.get(name))
    if different:
        raise MuelleError(f"No están al día: {', '.join(different)}. Ejecuta «./curso cuadernos».")


def render(book: Path) -> dict[str, str]:
    """El texto de cada cuaderno, por nombre de archivo.

    Raises:
        MuelleError: si un capítulo no se puede leer.
    """
    found = {}
    for path in sorted(book.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if text.startswith("---\n") and "\nkernelspec:" in text.partition("\n---\n")[0]:
            content = notebook(text, path.stem)
            found[f"{path.stem}.ipynb"] = (
                json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
            )
    return found


def notebook(text: str, chapter: str) -> dict[str, Any]:
    """El cuaderno de un capítulo, en el formato 4.5 de nbformat.

    Args:
        text: el capítulo, en MyST.
        chapter: su nombre sin extensión.

    Raises:
        MuelleError: si jupytext no lo entiende.
    """
    import jupytext  # aquí, porque tarda un segundo y quien corrige solo usa `check_call`

    try:
        source = jupytext.reads(text, fmt="md:myst")
    except Exception as error:
        raise MuelleError(f"El capítulo «{chapter}» no se puede leer: {error}") from error
    cells = [_code(FIRST_CELL, ["hide-input"])]
    for cell in source.cells:
        if cell.cell_type == "code":
            cells.append(_code(cell.source, cell.metadata.get("tags", [])))
        elif prose := plain(cell.source).strip():
            cells.append({"cell_type": "markdown", "metadata": {}, "source": _lines(prose)})
    seen: dict[str, int] = {}
    return {
        "cells": [{**cell, "id": _identifier(cell, seen)} for cell in cells],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "muelle": {"capitulo": chapter},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def exercise_of(source: str) -> str:
    """El identificador del ejercicio que comprueba una celda, o "" si ninguno.

    Args:
        source: el código de la celda.
    """
    call = check_call(source)
    return str(call.args[0].value) if call and isinstance(call.args[0], ast.Constant) else ""


def check_call(source: str) -> ast.Call | None:
    """La última llamada a `muelle.check("…", …)` de una celda, o None."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found = None
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "check"
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "muelle"
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
        ):
            found = node
    return found


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _code(source: str, tags: list[str]) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    kept = [tag for tag in tags if tag in KEPT_TAGS]
    if kept:
        metadata["tags"] = kept
    slug = exercise_of(source) if "ejercicio" in kept else ""
    if slug:
        metadata["muelle"] = {"ejercicio": slug}
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": _lines(source),
    }


def _identifier(cell: dict[str, Any], seen: dict[str, int]) -> str:
    """Estable: el de un ejercicio es su nombre; el de las demás, una huella de lo que dicen."""
    slug = cell["metadata"].get("muelle", {}).get("ejercicio")
    digest = hashlib.sha256(f"{cell['cell_type']}\n{''.join(cell['source'])}".encode()).hexdigest()[:12]
    name = f"ejercicio-{slug}" if slug else digest
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}-{seen[name]}"
