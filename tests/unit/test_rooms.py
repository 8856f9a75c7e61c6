"""Las habitaciones de `muelle`: quién importa a quién, y quién ha de funcionar dentro de una página web."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import muelle
from hidden import with_little
from muelle import draw

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "muelle"

FACADE = "fachada"
"""`muelle/__init__.py`, que se importa con `import muelle`."""

# Las habitaciones: una carpeta, o un módulo suelto que está por debajo de los demás de la suya. De cada una,
# las que usa de verdad, ni una más: la flecha que aparece o desaparece en el código se cambia también aquí.
USES: dict[str, set[str]] = {
    "errors": set(),
    "faults": {"errors"},
    "model": set(),
    "draw": {"draw.pictures", "draw.pieces"},
    "draw.units": set(),
    "draw.pieces": {"draw.units", "errors", "model"},
    "draw.pictures": {"draw.pieces", "draw.units", "model"},
    "sources": {"errors", "faults", "model"},
    "owned": {"errors", "faults", "model", "pace"},
    "builder": {"errors", "faults", "owned"},
    "base": {"errors", "faults"},
    "distribution": {"errors", "model"},
    "engine": {
        "base",
        "engine.endpoint",
        "engine.install",
        "engine.probe",
        "engine.search",
        "faults",
        "model",
        "pace",
    },
    "engine.endpoint": {"engine.neutral", "engine.transport"},
    "engine.transport": {"errors"},
    "engine.neutral": {"engine.hijack"},
    "engine.hijack": set(),
    "pace": set(),
    "processes": set(),
    "engine.probe": {"engine.endpoint", "errors", "faults", "pace"},
    "engine.install": {"errors"},
    "engine.search": {"engine.endpoint", "engine.private", "engine.probe", "errors", "faults"},
    "engine.private": {"engine.endpoint", "engine.install", "engine.probe", "errors", "pace"},
    "wire": {
        "engine.endpoint",
        "engine.neutral",
        "errors",
        "model",
        "wire.needs",
        "wire.process",
        "wire.proxy",
        "wire.record",
    },
    "wire.needs": {"engine.endpoint", "engine.neutral", "wire.record"},
    "wire.parse": set(),
    "wire.redact": {"wire.secrets"},
    "wire.secrets": set(),
    "wire.record": {"model", "wire.parse", "wire.redact"},
    "wire.proxy": {"engine.endpoint", "engine.neutral", "faults", "wire.record"},
    "wire.process": {"engine.neutral", "errors", "pace", "processes", "wire.needs"},
    "exercises": {
        "base",
        "builder",
        "distribution",
        "engine",
        "errors",
        "faults",
        "owned",
        "pace",
        "sources",
    },
    "cells": {
        "base",
        "builder",
        "distribution",
        "draw",
        "draw.units",
        "engine",
        "errors",
        "faults",
        "model",
        "owned",
        "sources",
        "wire",
    },
    "widgets": {
        "builder",
        "draw",
        "draw.pictures",
        "draw.pieces",
        "draw.units",
        "engine",
        "errors",
        "faults",
        "model",
        "owned",
        "sources",
    },
    "grading": {
        "base",
        "builder",
        "engine",
        "engine.install",
        "engine.neutral",
        "engine.transport",
        "errors",
        "exercises",
        "fachada",
        "faults",
        "model",
        "pace",
        "processes",
    },
    "notebooks": {"errors", "exercises"},
    "cli": {
        "base",
        "builder",
        "draw",
        "draw.pieces",
        "draw.units",
        "engine",
        "engine.install",
        "engine.neutral",
        "engine.private",
        "engine.search",
        "errors",
        "exercises",
        "faults",
        "grading",
        "model",
        "notebooks",
        "owned",
        "pace",
        "sources",
    },
    "fachada": {"cells", "distribution", "engine", "exercises", "model", "owned", "widgets"},
    "__main__": {"cli"},
}

# Tocan el sistema operativo (o piden ipywidgets, `widgets.controls`): las demás solo las cargan al usarlas,
# y no las hay dentro de una página web.
SYSTEM = {
    "engine.install",
    "engine.transport",
    "engine.search",
    "engine.private",
    "wire.proxy",
    "wire.process",
    "processes",
    "grading",
    "notebooks",
    "cli",
    "widgets.controls",
    "__main__",
}
# Lo que las demás no importan al cargarse: hilos, procesos, señales y sockets.
FORBIDDEN = {"subprocess", "threading", "multiprocessing", "signal", "socket", "asyncio", "concurrent"}


def name_of(path: Path) -> str:
    """El nombre de un módulo dentro de `muelle`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
MODULES[FACADE] = MODULES.pop("__init__")


def room_of(module: str) -> str:
    """La habitación de un módulo: la más honda que lo contiene; si no la hay, su carpeta."""
    parts = module.split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((name for name in names if name in USES), names[-1])


def statements(tree: ast.AST, at_load: bool) -> Iterator[ast.AST]:
    """Las instrucciones de un módulo; con `at_load`, solo las que se ejecutan al cargarlo."""
    for node in ast.iter_child_nodes(tree):
        if at_load and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if at_load and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        yield node
        yield from statements(node, at_load)


def imported(module: str, *, at_load: bool = False) -> Iterator[tuple[str, str]]:
    """Lo que importa un módulo: el nombre completo y el que le da.

    Args:
        module: su nombre dentro de `muelle`.
        at_load: si solo cuenta lo que se importa al cargarlo, y no dentro de sus funciones ni para los tipos.
    """
    path = MODULES[module]
    package = ["muelle", *path.relative_to(PACKAGE).parts[:-1]]
    for node in statements(ast.parse(path.read_text(encoding="utf-8")), at_load):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.asname or alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((f"{origin}.{alias.name}", alias.asname or alias.name) for alias in node.names)
    if module == FACADE and not at_load:  # la fachada los importa por su nombre, la primera vez que se piden
        yield from ((f"{place}.{name}", name) for name, place in muelle._WHERE.items())
    if module == "draw" and not at_load:  # y esta, cada dibujo por el suyo
        yield from ((f"muelle.draw.pictures.{name}.{name}", name) for name in draw.PICTURES)


def holder(name: str) -> str | None:
    """El módulo de `muelle` al que se le pide un nombre: él mismo o el que lo contiene; None, de fuera."""
    if name.split(".")[0] != "muelle":
        return None
    inside = name.removeprefix("muelle").removeprefix(".")
    return inside if inside in MODULES else (inside.rpartition(".")[0] or FACADE)


def rooms_used(room: str) -> set[str]:
    """Las habitaciones que usan los módulos de una."""
    modules = [module for module in MODULES if room_of(module) == room]
    holders = {holder(name) for module in modules for name, _ in imported(module)}
    return {room_of(each) for each in holders if each is not None} - {room}


def is_system(module: str) -> bool:
    """Si es de los que tocan el sistema operativo."""
    return any(module == name or module.startswith(f"{name}.") for name in SYSTEM)


def test_every_room_is_known() -> None:
    assert {room_of(module) for module in MODULES} == set(USES)
    assert set(MODULES) >= SYSTEM


@pytest.mark.parametrize("room", sorted(USES))
def test_a_room_uses_what_it_says_and_nothing_else(room: str) -> None:
    real = rooms_used(room)
    assert real - USES[room] == set(), f"«{room}» usa además {sorted(real - USES[room])}"
    assert USES[room] - real == set(), f"«{room}» ya no usa {sorted(USES[room] - real)}"


def test_dependencies_go_one_way() -> None:
    """Se pueden quitar una a una empezando por las que no usan ninguna: no hay círculos."""
    left = dict(USES)
    while free := [room for room, used in left.items() if not used & set(left)]:
        for room in free:
            del left[room]
    assert left == {}


@pytest.mark.parametrize("module", [module for module in MODULES if not is_system(module)])
def test_what_goes_in_a_page_touches_no_system(module: str) -> None:
    """Ni lo importa al cargarse ni carga a quien lo toca."""
    names = {name for name, _ in imported(module, at_load=True)}
    assert {name.split(".")[0] for name in names} & FORBIDDEN == set()
    assert {each for name in names if (each := holder(name)) and is_system(each)} == set()


def test_nothing_hides_a_module() -> None:
    """Lo que exporta un paquete no se llama como uno de sus módulos, que ya no se podría alcanzar."""
    hidden = []
    for module, path in MODULES.items():
        if path.name != "__init__.py":
            continue
        inside = "" if module == FACADE else f"{module}."
        names = {(bound, name) for name, bound in imported(module, at_load=module != FACADE)}
        names |= {
            (node.name, "")
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        }
        hidden += [
            f"muelle.{inside}{bound}"
            for bound, name in names
            if f"{inside}{bound}" in MODULES and name != f"muelle.{inside}{bound}"
        ]
    assert hidden == []


def test_what_goes_in_a_page_loads_with_little() -> None:
    """Y al cargarlo no se carga nada de lo que toca el sistema."""
    names = [f"muelle.{module}" for module in MODULES if not is_system(module) and module != FACADE]
    code = "\n".join(f"import {name}" for name in names if name != "muelle.__main__")
    result = with_little(f"{code}\nprint(*[name for name in sys.modules if name.startswith('muelle.')])")
    assert result.returncode == 0, result.stderr
    loaded = [name.removeprefix("muelle.") for name in result.stdout.split()]
    assert [module for module in loaded if is_system(module)] == []
    assert len(loaded) > 50


def test_the_hiding_hides() -> None:
    assert "No module named 'ipywidgets'" in with_little("import ipywidgets").stderr


def test_importing_muelle_is_light() -> None:
    result = with_little("import muelle; print('docker' in sys.modules, 'graphviz' in sys.modules)")
    assert result.stdout.strip() == "False False", result.stderr


def test_every_picture_is_the_function_of_its_file() -> None:
    assert len(draw.PICTURES) > 10
    assert [name for name in draw.PICTURES if getattr(draw, name).__name__ != name] == []
    with pytest.raises(AttributeError, match="«cuadro»"):
        _ = draw.cuadro


def test_every_name_of_the_facade_exists() -> None:
    assert [name for name in muelle.__all__ if getattr(muelle, name, None) is None] == []
