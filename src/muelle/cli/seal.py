"""El sello de una construcción: si nada de lo que la hizo ha cambiado, no hay que repetirla.

Sphinx tarda un par de segundos solo en cargarse para descubrir que no hay nada que hacer; mirar fechas y
tamaños, unas milésimas.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

NAME = ".sello"
# De qué está hecho el libro, desde la carpeta del curso.
SOURCES = (
    "_config.yml",
    "_toc.yml",
    "requirements.txt",
    "book",
    "site",
    "exercises",
    "notebooks",
    "src/muelle",
    "tab",
)
# De qué dependen las salidas de las celdas, además de su código y del motor.
LIBRARY = ("exercises", "src/muelle")


def of(root: Path, *facts: str, sources: tuple[str, ...] = SOURCES) -> str:
    """El sello de lo que hay ahora.

    Args:
        root: la carpeta del curso.
        facts: lo demás de lo que depende: el motor, el día, la dirección.
        sources: qué archivos y carpetas se miran, desde la raíz.
    """
    facts_now = f"{facts!r} {sys.version}"
    return hashlib.sha256(f"{facts_now}\n{_state(root, sources)}".encode()).hexdigest()


def _state(root: Path, sources: Iterable[str]) -> str:
    """Nombre, fecha y tamaño de cada archivo, uno por línea."""
    lines = []
    for source in sources:
        top = root / source
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                state = path.stat()
                lines.append(f"{path.relative_to(root)} {state.st_mtime_ns} {state.st_size}")
    return "\n".join(lines)


def _mark(output: Path, seal: str) -> str:
    """Lo que se escribe: el sello y cómo quedó la web, para ver si le falta o le sobra algo."""
    return f"{seal}\n{_state(output, ['html'])}\n"


def matches(output: Path, seal: str) -> bool:
    """Si la web de `output` está tal como quedó y lleva ese sello."""
    mark = output / NAME
    return mark.is_file() and mark.read_text("utf-8") == _mark(output, seal)


def lift(output: Path) -> None:
    """Quita el sello antes de construir: una construcción que falla a medias no lo lleva."""
    (output / NAME).unlink(missing_ok=True)


def put(output: Path, seal: str) -> None:
    """Sella la construcción que acaba de terminar bien en `output`."""
    (output / NAME).write_text(_mark(output, seal), encoding="utf-8")
