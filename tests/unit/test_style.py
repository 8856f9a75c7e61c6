"""Una sola manera de escribir lo que ruff no mira."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PYTHON = sorted(
    path for name in ("src", "site", "tools", "tests", "benchmarks") for path in (ROOT / name).rglob("*.py")
)
TEXT = {".py", ".md", ".yml", ".json", ".html", ".js", ".css", ".toml", ".txt", ".po", ""}

JAVASCRIPT = re.compile(r"\bfunction\b\s*\w*\(|=>\s*[\[{(\w]|\bdocument\.|\b(?:const|let) \w+ =")
"""Lo que solo se escribe en un programa: va en un `.js`, donde Biome lo revisa."""

OLD_ONLY = re.compile(r"\bs\u00f3lo\b", re.IGNORECASE)
"""«Solo» con tilde: aquí va sin ella siempre, como la recomienda la Academia desde 2010."""

HASH_COMMENT = re.compile(r"^\s*#:", re.MULTILINE)
"""La otra manera de documentar una constante: aquí va debajo, entre comillas, como en lo demás."""

SPANISH = re.compile(
    r"(?:^|_)(?:a_medias|al|algo|aunque|bien|cada|como|con|cual|cualquier|cuando|de|deja|del|demas|desde|dice|donde"
    r"|el|en|entre|es|ese|esta|estan|este|fuera|hace|hasta|hay|la|las|lo|los|mas|menos|mientras|mismo|muy|nada|nadie"
    r"|ni|ninguna?|nunca|otr[ao]s?|para|pero|poco|por|puede|que|queda|quien|se|sea|segun|si|siempre|sin|sobra|sobre"
    r"|sus?|tambien|tiene|tod[ao]s?|tras|tres|una?|uno|veinte|vez|y|ya)(?:_|$)"
)
"""Lo que no se escribe en inglés y que casi ningún nombre en español se ahorra: sus palabras cortas."""


def tracked() -> list[Path]:
    """Los archivos de texto del repositorio, menos lo que se genera."""
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
    ).stdout.split("\0")
    paths = [ROOT / name for name in names if name and not name.startswith("notebooks/")]
    return [path for path in paths if path.suffix in TEXT and path.is_file()]


def programs(tree: ast.AST, *, lines: int) -> list[int]:
    """En qué líneas empieza una cadena con JavaScript de al menos `lines` líneas."""
    strings = [
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    docs = {id(node.body[0].value) for node in ast.walk(tree) if _documented(node)}  # type: ignore[attr-defined]
    return [
        node.lineno
        for node in strings
        if id(node) not in docs and JAVASCRIPT.search(node.value) and len(node.value.splitlines()) >= lines
    ]


def spanish_names(tree: ast.AST) -> list[str]:
    """Las funciones y clases con nombre español: los identificadores van en inglés."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    names = [node.name for node in ast.walk(tree) if isinstance(node, kinds)]
    return [name for name in names if SPANISH.search(name)]


def _documented(node: ast.AST) -> bool:
    return (
        isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None
    )


def places(paths: Iterable[Path]) -> list[str]:
    """Dónde están, desde la carpeta del curso."""
    return [path.relative_to(ROOT).as_posix() for path in paths]


@pytest.fixture(scope="module")
def trees() -> dict[Path, ast.AST]:
    """Todo el Python del repositorio, leído una vez."""
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in PYTHON}


def test_javascript_lives_in_its_own_files(trees: dict[Path, ast.AST]) -> None:
    """En las pruebas, una expresión de un renglón que se le pregunta a la página no es un programa."""

    def allowed(path: Path) -> int:
        return 2 if path.relative_to(ROOT).parts[0] in ("tests", "benchmarks") else 1

    found = [path for path, tree in trees.items() if programs(tree, lines=allowed(path))]
    assert places(found) == []


def test_constants_are_documented_below() -> None:
    assert places(path for path in PYTHON if HASH_COMMENT.search(path.read_text(encoding="utf-8"))) == []


def test_names_are_in_english(trees: dict[Path, ast.AST]) -> None:
    """Lo que explica una prueba, en español, va en su documentación."""
    assert [name for tree in trees.values() for name in spanish_names(tree)] == []


def test_only_is_written_without_an_accent() -> None:
    found = [path for path in tracked() if OLD_ONLY.search(path.read_text("utf-8", "ignore"))]
    assert places(found) == []


def test_the_watchers_see_each_kind() -> None:
    assert programs(ast.parse("A = 'x => x + 1'"), lines=1) == [1]
    assert programs(ast.parse("A = 'function stem(word) {}'"), lines=1) == [1]
    assert programs(ast.parse("A = 'document.title'"), lines=2) == []
    assert programs(ast.parse('"""La función document.title."""'), lines=1) == []
    assert HASH_COMMENT.search("#: Cuánto.\nA = 1")
    assert OLD_ONLY.search("S\u00f3lo uno")
    spanish = ("test_a_medias", "test_hay_capitulos", "test_un_borrado_se_nota", "test_no_queda_nada")
    assert [name for name in spanish if not spanish_names(ast.parse(f"def {name}(): ..."))] == []
    assert spanish_names(ast.parse("def test_no_solution_is_published(): ...")) == []
