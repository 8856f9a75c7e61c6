"""Una celda, una idea: lo que no cabe de una mirada se parte o va a `muelle`.

Un texto largo (un Dockerfile, un guion) se lee como una sola cosa y cuenta una línea.
"""

from __future__ import annotations

import ast
from pathlib import Path

import jupytext
import pytest
from IPython.core.inputtransformer2 import TransformerManager
from test_chapters import CHAPTERS, EXERCISE, PICK_UP, tags

MOST_LINES = 14
WIDEST = 76
"""Letras de un renglón: más, en un teléfono o en un proyector, no se ve."""


def length(source: str) -> int:
    """Las líneas con código de una celda; un texto de varias cuenta una."""
    tree = ast.parse(TransformerManager().transform_cell(source))
    inside = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr) and node.end_lineno
        for line in range(node.lineno + 1, node.end_lineno + 1)
    }
    lines = enumerate(source.splitlines(), 1)
    return sum(1 for number, line in lines if line.strip() and number not in inside)


def faults(source: str) -> list[str]:
    """Lo que sobra en una celda, en frases."""
    first = source.splitlines()[0]
    said = [f"«{first}»: {length(source)} líneas"] if length(source) > MOST_LINES else []
    return said + [f"«{line}»: ancho" for line in source.splitlines() if len(line) > WIDEST]


@pytest.mark.parametrize("page", CHAPTERS, ids=[page.stem for page in CHAPTERS])
def test_one_idea_per_cell(page: Path) -> None:
    """En los capítulos; las celdas de ejercicio son de quien responde, y las que recogen no se leen."""
    cells = [each for each in jupytext.read(page).cells if each.cell_type == "code" and each.source.strip()]
    read = [each.source for each in cells if not {EXERCISE, PICK_UP} & set(tags(each))]
    assert [fault for source in read for fault in faults(source)] == []


def test_a_long_cell_is_seen() -> None:
    """El vigilante: quince órdenes son muchas; un Dockerfile de quince líneas es una."""
    assert faults("\n".join(f"a{n} = {n}" for n in range(MOST_LINES + 1)))
    assert faults("a = 1\n\n" * MOST_LINES) == []
    assert faults('TEXTO = """\n' + "una línea\n" * MOST_LINES + '"""\nTEXTO') == []
    assert faults("lista = [\n" + "    1,\n" * MOST_LINES + "]")
    assert faults(f"a = '{'x' * WIDEST}'")
