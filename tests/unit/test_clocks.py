"""Ninguna prueba mide la máquina: ni segundos transcurridos ni pausas para esperar a que pase algo."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from growth import MOST, growth
from patience import PATIENCE, wait_until

TESTS = Path(__file__).resolve().parents[1]
CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time"}
ALLOWED = {TESTS / "data" / "growth.py", TESTS / "data" / "patience.py"}
"""Los dos sitios que miran el reloj: el que cuenta trabajo y el que espera."""

WAITS = {"communicate", "join", "wait", "wait_procs", "settimeout", "run", "Barrier", "Timer", "urlopen"}
"""Llamadas con un plazo: el suyo es `PATIENCE`, no unos segundos que una máquina cargada no da."""

FILES = sorted(TESTS.rglob("*.py"))


def faults(tree: ast.AST) -> list[str]:
    """Las llamadas a relojes y pausas, y los plazos cortos, con su línea."""
    found = []
    paces = {
        id(node) for loop in ast.walk(tree) if isinstance(loop, ast.While) for node in ast.walk(loop.test)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found.append(f"línea {node.lineno}: importa de `time` por nombre")
        if not isinstance(node, ast.Call) or id(node) in paces:  # un bucle con su compás no espera a nada
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        of_time = isinstance(owner, ast.Name) and owner.id == "time"
        if of_time and name in CLOCKS:
            found.append(f"línea {node.lineno}: mira el reloj; cuenta el trabajo o usa `growth`")
        if name == "wait_for_timeout" or (of_time and name == "sleep"):
            found.append(f"línea {node.lineno}: se para un rato; usa `wait_until`")
        if name in WAITS and any(short(value) for value in deadlines(node, name)):
            found.append(f"línea {node.lineno}: plazo corto; usa `PATIENCE`")
    return found


def deadlines(call: ast.Call, name: str) -> list[ast.expr]:
    """Los plazos de una llamada: `timeout=`, o el primer argumento de las que lo llevan ahí."""
    first = call.args[:1] if name in {"join", "wait", "settimeout"} else []
    return [keyword.value for keyword in call.keywords if keyword.arg == "timeout"] + first


def short(value: ast.expr) -> bool:
    """Si es un número de segundos menor que la paciencia; cero es no esperar."""
    is_number = isinstance(value, ast.Constant) and isinstance(value.value, (int, float))
    return is_number and 0 < value.value < PATIENCE


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(TESTS).as_posix())
def test_no_test_looks_at_a_clock(path: Path) -> None:
    if path not in ALLOWED:
        assert faults(ast.parse(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    [
        "assert time.monotonic() - before < 3",
        "time.sleep(0.5)",
        "from time import sleep",
        "page.wait_for_timeout(50)",
        "process.communicate(timeout=20)",
        "thread.join(2)",
        "client.settimeout(5)",
    ],
)
def test_the_watcher_sees_each_kind(code: str) -> None:
    assert len(faults(ast.parse(code))) == 1


@pytest.mark.parametrize(
    "code", ["', '.join(words)", "process.wait()", "event.wait(PATIENCE)", "time.ctime()"]
)
def test_the_watcher_lets_the_rest_be(code: str) -> None:
    assert faults(ast.parse(code)) == []


def test_growth_tells_linear_from_quadratic() -> None:
    def linear(items: list[int]) -> int:
        return sum(item * item for item in items)

    def quadratic(items: list[int]) -> int:
        return sum(item in items[:place] for place, item in enumerate(items))

    def distinct(size: int) -> list[int]:
        return list(range(size))

    assert growth(distinct, linear, 10_000) < MOST
    assert growth(distinct, quadratic, 300) > MOST


def test_what_never_happens_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("patience.PATIENCE", 0.01)
    with pytest.raises(AssertionError, match="No llegó a cumplirse: pasa algo"):
        wait_until(lambda: False, "pasa algo")


def loads(tree: ast.AST) -> list[int]:
    """Las líneas con un `load_image` que calla hasta el final: en una máquina ocupada agota su plazo."""
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "load_image"
        and not any(each.arg == "quiet" and ast.unparse(each.value) == "False" for each in node.keywords)
    ]


def test_no_load_is_silent() -> None:
    """Si el motor cuenta cada capa, el plazo mide su silencio y no lo que tardan todas."""
    project = TESTS.parent
    files = [*(project / "src").rglob("*.py"), *(project / "exercises").rglob("check.py")]
    found = {path.name: lines for path in files if (lines := loads(ast.parse(path.read_text("utf-8"))))}
    assert found == {}
    assert loads(ast.parse("client.api.load_image(data)")) == [1]
