"""Las habitaciones de `muelle`: quién importa a quién, y quién ha de funcionar dentro de una página web."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "muelle"

# Cada habitación, con las que puede usar. Las que no están aquí no existen.
MAY_USE = {
    "errors": set(),
    "model": {"errors"},
    "draw": {"model", "errors"},
    "base": {"errors", "owned"},
    "owned": {"base", "errors", "model"},
    "sources": {"model", "errors"},
    "engine": {"base", "model", "errors"},
    "wire": {"engine", "model", "errors"},
    "exercises": {"owned", "base", "sources", "draw", "model", "errors", "engine"},
    "widgets": {"draw", "owned", "sources", "engine", "model", "errors"},
    "notebooks": {"exercises", "errors"},
    "heard": {"draw", "wire", "model"},
    "cells": {"base", "draw", "heard", "owned", "sources", "wire", "engine", "model", "errors"},
    "grading": {"exercises", "notebooks", "owned", "engine", "model", "errors"},
    "cli": None,  # todas
}

# Han de funcionar igual dentro de una página web (Pyodide): sin hilos, procesos, señales ni sockets propios.
PORTABLE = ("model", "sources", "draw", "exercises", "owned", "base")
FORBIDDEN = {"subprocess", "threading", "multiprocessing", "signal", "socket", "asyncio", "concurrent"}


def room_of(path: Path) -> str:
    """La habitación a la que pertenece un módulo."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def modules() -> list[Path]:
    """Los módulos de la biblioteca, sin la fachada ni el arranque."""
    return [
        path
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.name not in ("__main__.py",) and path.parent != PACKAGE
    ]


def imports(path: Path) -> set[str]:
    """Los nombres completos de lo que importa un módulo, también dentro de sus funciones."""
    package = ["muelle", *path.relative_to(PACKAGE).parts[:-1]]
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names} if module == "muelle" else {module}
    return found


def test_every_room_is_known() -> None:
    rooms = {
        room_of(path) for path in PACKAGE.rglob("*.py") if path.name not in ("__init__.py", "__main__.py")
    }
    assert rooms <= set(MAY_USE), f"habitaciones nuevas sin regla: {rooms - set(MAY_USE)}"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_dependencies_go_one_way(path: Path) -> None:
    room = room_of(path)
    allowed = MAY_USE[room]
    used = {name.split(".")[1] for name in imports(path) if name.startswith("muelle.")} - {room}
    assert allowed is None or used <= allowed, f"{room} no puede usar {sorted(used - (allowed or set()))}"


@pytest.mark.parametrize(
    "path",
    [path for path in modules() if room_of(path) in PORTABLE],
    ids=lambda path: str(path.relative_to(PACKAGE)),
)
def test_portable_rooms_touch_no_system(path: Path) -> None:
    # `obtener` es el guion con el que se trajeron los binarios de BusyBox; no lo importa nadie.
    if path.name == "obtener.py":
        assert not any("obtener" in name for other in modules() for name in imports(other))
        return
    assert {name.split(".")[0] for name in imports(path)} & FORBIDDEN == set()


HIDE = """
import sys

ALLOWED = set(sys.stdlib_module_names) | {
    "muelle", "docker", "graphviz",
    "requests", "urllib3", "idna", "certifi", "charset_normalizer",  # lo que docker necesita
}

class Hidden:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in ALLOWED:
            raise ModuleNotFoundError(f"{name} está escondido", name=name)

sys.meta_path.insert(0, Hidden())
import MODULE
"""


@pytest.mark.parametrize("room", PORTABLE)
def test_portable_rooms_import_with_little(room: str) -> None:
    names = [
        ".".join(["muelle", *path.relative_to(PACKAGE).with_suffix("").parts]).removesuffix(".__init__")
        for path in modules()
        if room_of(path) == room and path.name != "obtener.py"
    ]
    code = HIDE.replace("import MODULE", "\n".join(f"import {name}" for name in names))
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60)
    assert result.returncode == 0, result.stderr


def test_the_hiding_hides() -> None:
    code = HIDE.replace("MODULE", "ipywidgets")
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60)
    assert "ipywidgets está escondido" in result.stderr


def test_importing_muelle_is_light() -> None:
    heavy = ("docker", "graphviz", "ipywidgets", "rich")
    code = f"import sys, muelle; print([name for name in {heavy} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=60)
    assert result.stdout.strip() == "[]"


def test_every_name_of_the_facade_exists() -> None:
    import muelle

    assert [name for name in muelle.__all__ if getattr(muelle, name, None) is None] == []
