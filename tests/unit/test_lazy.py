"""Los paquetes que cargan al usarlos: lo que el código les pide existe aunque nadie lo haya importado antes.

Un paquete con `__getattr__` se libra del comprobador de tipos, y un submódulo que se alcanza como atributo
solo está si otro lo cargó: funciona casi siempre, y falla en quien hace esa celda la primera.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
TREES = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for folder in ("src", "site", "tools", "exercises")
    for path in (ROOT / folder).rglob("*.py")
}
LAZY = sorted(
    ".".join(path.parent.relative_to(SOURCE).parts)
    for path, tree in TREES.items()
    if path.name == "__init__.py"
    and any(isinstance(node, ast.FunctionDef) and node.name == "__getattr__" for node in tree.body)
)


def asked(tree: ast.AST, package: str) -> set[str]:
    """Los atributos que un archivo pide a un paquete, lo llame como lo llame."""
    own = {
        each.asname or each.name
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for each in node.names
        if package == (each.name if isinstance(node, ast.Import) else f"{node.module}.{each.name}")
    }
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in own
    }


def lacking(package: str, names: set[str]) -> list[str]:
    """Los que no tiene ese paquete en un intérprete que solo lo ha importado a él."""
    # Uno por nombre: cargar el primero podría traer consigo el segundo.
    return [
        name
        for name in sorted(names)
        if subprocess.run(
            [sys.executable, "-c", f"import importlib as i; getattr(i.import_module({package!r}), {name!r})"],
            capture_output=True,
            check=False,
        ).returncode
    ]


@pytest.mark.parametrize("package", LAZY)
def test_what_is_asked_of_a_lazy_package_exists(package: str) -> None:
    names = {name for tree in TREES.values() for name in asked(tree, package)}
    assert names
    assert lacking(package, names) == []


def test_a_submodule_that_nobody_imported_is_told() -> None:
    assert {"muelle", "muelle.draw", "muelle.engine"} <= set(LAZY)
    tree = ast.parse("from muelle import draw\ndraw.pictures.disk\ndraw.cuadro()")
    assert asked(tree, "muelle.draw") == {"pictures", "cuadro"}
    assert lacking("muelle.draw", {"disk", "cuadro"}) == ["cuadro"]
