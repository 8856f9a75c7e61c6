"""Cada afirmación del libro tiene una comprobación, y cada comprobación una afirmación.

Una frase se marca con el rol `afirmacion` y un identificador. La respalda una celda de su misma página,
o una prueba de `tests/live` o `tests/course`, con el comentario `# comprueba: identificador` y algún
`assert` que pueda fallar.
"""

from __future__ import annotations

import ast
import re
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

import jupytext
import pytest
from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "site" / "ext"))

import afirmacion  # noqa: E402

MARK = re.compile(r"^[ \t]*# comprueba:[ \t]*(?P<claim>\S+)[ \t]*$", re.MULTILINE)
NOTE = re.compile(r"^```\{apunte\}[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TEST_FOLDERS = ("live", "course")


@dataclass(frozen=True)
class Found:
    """Una afirmación o una comprobación y dónde está.

    Args:
        claim: el identificador.
        page: el nombre del archivo.
        asserts: cuántos `assert` que podrían fallar la acompañan; en una afirmación no cuenta.
    """

    claim: str
    page: str
    asserts: int = 0


def claims_of(book: Path) -> list[Found]:
    """Las afirmaciones de todas las páginas."""
    return [
        Found(each.claim, path.name)
        for path in sorted(book.glob("*.md"))
        for each in afirmacion.claims(path.read_text(encoding="utf-8"))
    ]


def asserts_in(tree: ast.AST) -> int:
    """Los `assert` cuya condición no es una constante, y los `pytest.raises`."""
    return sum(
        (isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant))
        or (isinstance(node, ast.Attribute) and node.attr == "raises")
        for node in ast.walk(tree)
    )


def checks_of(book: Path, tests: Path) -> list[Found]:
    """Las comprobaciones de las celdas y de las pruebas."""
    found = []
    plain = TransformerManager().transform_cell
    for path in sorted(book.glob("*.md")):
        for cell in jupytext.read(path).cells:
            marks = MARK.findall(cell.source) if cell.cell_type == "code" else []
            if marks:
                count = asserts_in(ast.parse(plain(cell.source)))
                found += [Found(claim, path.name, count) for claim in marks]
    for path in sorted(each for folder in TEST_FOLDERS for each in (tests / folder).glob("test_*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                body = ast.get_source_segment(text, node) or ""
                found += [Found(claim, path.name, asserts_in(node)) for claim in MARK.findall(body)]
    return found


def problems(claims: list[Found], checks: list[Found]) -> list[str]:
    """Lo que no cuadra, en frases.

    Args:
        claims: de `claims_of`.
        checks: de `checks_of`.
    """
    said = []
    pages = {each.claim: each.page for each in claims}
    by_claim: dict[str, list[Found]] = {}
    for check in checks:
        by_claim.setdefault(check.claim, []).append(check)
    for number, each in enumerate(claims):
        if any(other.claim == each.claim for other in claims[:number]):
            said.append(f"La afirmación «{each.claim}» está dos veces ({pages[each.claim]} y {each.page}).")
        elif each.claim not in by_claim:
            said.append(f"La afirmación «{each.claim}» ({each.page}) no tiene comprobación.")
    for claim, group in by_claim.items():
        where = " y ".join(check.page for check in group)
        if claim not in pages:
            said.append(f"La comprobación «{claim}» ({where}) no respalda ninguna afirmación.")
        if len(group) > 1:
            said.append(f"La comprobación «{claim}» está más de una vez ({where}).")
        for check in group:
            if not check.asserts:
                said.append(f"La comprobación «{claim}» ({check.page}) no tiene ningún assert.")
            if check.page.endswith(".md") and pages.get(claim, check.page) != check.page:
                said.append(f"La comprobación «{claim}» está en {check.page}, y la frase en {pages[claim]}.")
    return said


def test_every_claim_has_its_check() -> None:
    """En el libro de verdad, todo cuadra."""
    claims = claims_of(ROOT / "book")
    assert claims, "el libro no tiene afirmaciones: ¿ha cambiado el rol?"
    assert problems(claims, checks_of(ROOT / "book", ROOT / "tests")) == []


def test_the_notes_are_whole() -> None:
    """Cada línea de los apuntes, títulos y dibujos incluidos, está en algún recuadro y en su orden."""
    notes = (ROOT / "tests/data/apuntes-originales.md").read_text(encoding="utf-8").splitlines()
    wanted = [line.rstrip() for line in notes if line.strip() and not line.startswith("```")]
    found = [
        line.rstrip()
        for page in ("01-arquitectura.md", "03-que-es-una-imagen.md", "06-que-es-un-contenedor.md")
        for box in NOTE.findall((ROOT / "book" / page).read_text(encoding="utf-8"))
        for line in box.splitlines()
        if line.strip()
    ]
    assert found == wanted


PAGE = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# Una página

{afirmacion}`Dos y dos son cuatro <dos-y-dos>`.

```{code-cell} ipython3
# comprueba: dos-y-dos
assert 2 + 2 == 4
```

{afirmacion}`Tres es impar <tres-impar>`.
"""

TEST = '''\
def test_three():
    """Tres es impar."""
    # comprueba: tres-impar
    assert 3 % 2 == 1
'''


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Un curso de una página y una prueba, en el que todo cuadra."""
    for folder in ("book", "tests/live", "tests/course"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "book/pagina.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "tests/live/test_three.py").write_text(TEST, encoding="utf-8")
    assert found_in(tmp_path) == []
    return tmp_path


def found_in(course: Path) -> list[str]:
    """Los problemas de un curso."""
    return problems(claims_of(course / "book"), checks_of(course / "book", course / "tests"))


def edit(path: Path, old: str, new: str) -> None:
    """Cambia un trozo de un archivo; tiene que estar."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "old", "new", "complaint"),
    [
        ("book/pagina.md", "# comprueba: dos-y-dos\n", "", "«dos-y-dos» (pagina.md) no tiene comprobación"),
        (
            "book/pagina.md",
            "assert 2 + 2 == 4",
            "2 + 2 == 4",
            "«dos-y-dos» (pagina.md) no tiene ningún assert",
        ),
        (
            "book/pagina.md",
            "assert 2 + 2 == 4",
            "assert True",
            "«dos-y-dos» (pagina.md) no tiene ningún assert",
        ),
        ("book/pagina.md", "assert 2 + 2 == 4", "# assert 2 + 2 == 4", "no tiene ningún assert"),
        ("book/pagina.md", "<tres-impar>", "<dos-y-dos>", "«dos-y-dos» está dos veces"),
        (
            "book/pagina.md",
            "{afirmacion}`Dos y dos son cuatro <dos-y-dos>`",
            "Dos y dos",
            "no respalda ninguna",
        ),
        (
            "tests/live/test_three.py",
            "    # comprueba: tres-impar\n",
            "",
            "«tres-impar» (pagina.md) no tiene",
        ),
        (
            "tests/live/test_three.py",
            "assert 3 % 2 == 1",
            "print(3)",
            "«tres-impar» (test_three.py) no tiene ningún",
        ),
        ("tests/live/test_three.py", "tres-impar", "dos-y-dos", "«dos-y-dos» está más de una vez"),
    ],
)
def test_a_deletion_is_noticed(course: Path, file: str, old: str, new: str, complaint: str) -> None:
    """Quitar una comprobación, un assert o una frase se nota, y se dice dónde."""
    edit(course / file, old, new)
    assert any(complaint in problem for problem in found_in(course)), found_in(course)


def test_deleting_the_whole_test_is_noticed(course: Path) -> None:
    """También si desaparece el archivo."""
    shutil.rmtree(course / "tests/live")
    assert found_in(course) == ["La afirmación «tres-impar» (pagina.md) no tiene comprobación."]


def test_the_check_is_on_its_page(course: Path) -> None:
    """Quien lee la frase encuentra su celda en la misma página."""
    edit(course / "book/pagina.md", "{afirmacion}`Dos y dos son cuatro <dos-y-dos>`.\n", "")
    (course / "book/otra.md").write_text("# Otra\n\n{afirmacion}`Dos y dos <dos-y-dos>`.\n", encoding="utf-8")
    assert found_in(course) == ["La comprobación «dos-y-dos» está en pagina.md, y la frase en otra.md."]


def test_in_the_book_deleting_any_check_is_noticed() -> None:
    """Una a una: cada comprobación del libro de verdad es necesaria."""
    claims = claims_of(ROOT / "book")
    checks = checks_of(ROOT / "book", ROOT / "tests")
    for check in checks:
        rest = [other for other in checks if other != check]
        assert any(check.claim in problem for problem in problems(claims, rest)), check
