"""El sello de una construcción: si nada de lo que la hizo ha cambiado, no hay que repetirla.

Sphinx tarda un par de segundos solo en cargarse para descubrir que no hay nada que hacer; mirar fechas y
tamaños, unas milésimas.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

NAME = ".sello"
# De qué está hecho el libro, desde la carpeta del curso.
SOURCES = ("_config.yml", "_toc.yml", "requirements.txt", "book", "exercises", "notebooks", "src/muelle")


# De qué dependen las salidas de las celdas, además de su código y del motor.
LIBRARY = ("exercises", "src/muelle")


def of(root: Path, *facts: str, sources: tuple[str, ...] = SOURCES) -> str:
    """El sello de lo que hay ahora.

    Args:
        root: la carpeta del curso.
        facts: lo demás de lo que depende: el motor, el día, el modo.
        sources: qué archivos y carpetas se miran, desde la raíz.
    """
    digest = hashlib.sha256(repr(facts).encode())
    for source in sources:
        top = root / source
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                state = path.stat()
                digest.update(f"{path.relative_to(root)} {state.st_mtime_ns} {state.st_size}\n".encode())
    return digest.hexdigest()


def matches(output: Path, seal: str) -> bool:
    """Si la web de `output` está entera y lleva ese sello."""
    mark = output / NAME
    return (output / "html" / "index.html").is_file() and mark.is_file() and mark.read_text("ascii") == seal


def lift(output: Path) -> None:
    """Quita el sello antes de construir: una construcción que falla a medias no lo lleva."""
    (output / NAME).unlink(missing_ok=True)


def put(output: Path, seal: str) -> None:
    """Sella la construcción que acaba de terminar bien en `output`."""
    (output / NAME).write_text(seal, encoding="ascii")
