"""Leer el cuaderno que entregó un estudiante. Es texto de un extraño: nada de él se da por bueno."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muelle.notebooks import check_call

MOST_BYTES = 20_000_000
MOST_CELLS = 1000

_TICKET = re.compile(r'data-muelle="([\w-]+)\|([0-9a-f]{1,64}):(\d{1,6})\|(\d{1,6})"')


class BadNotebook(Exception):
    """El cuaderno no se puede corregir; el mensaje es una frase."""


@dataclass(frozen=True)
class Cell:
    """Una celda de código.

    Args:
        number: desde 1, entre las de código.
        source: lo que se ejecuta; sin la llamada a `muelle.check`, que hace quien corrige.
        slug: el ejercicio que comprueba, o "".
        answer: la expresión que da la respuesta, o "".
    """

    number: int
    source: str
    slug: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Submission:
    """Lo que interesa de un cuaderno.

    Args:
        chapter: el capítulo que dice ser, o "".
        cells: sus celdas de código, en orden.
        seed: la semilla de los valores del estudiante, o "" si no dejó rastro.
        rounds: por ejercicio, qué sorteo usó.
        tries: por ejercicio, cuántos intentos dice que hizo.
    """

    chapter: str
    cells: tuple[Cell, ...]
    seed: str
    rounds: dict[str, int]
    tries: dict[str, int]


def read(path: Path) -> Submission:
    """Lee un cuaderno.

    Raises:
        BadNotebook: si no es un cuaderno de Python que se pueda corregir.
    """
    if path.stat().st_size > MOST_BYTES:
        raise BadNotebook("El archivo pesa demasiado: más de 20 MB.")
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))  # -sig: hay editores que ponen la marca BOM
        raw = [cell for cell in data["cells"] if cell["cell_type"] == "code"]
        sources = [_text(cell["source"]) for cell in raw]
        metadata = dict(data.get("metadata") or {})
        spec = dict(metadata.get("kernelspec") or {})
        marks = list(_marks(raw))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadNotebook("El archivo no es un cuaderno: está dañado o a medias.") from error
    language = str(spec.get("language") or (metadata.get("language_info") or {}).get("name") or "python")
    if language.lower() != "python":
        raise BadNotebook(f"El cuaderno usa otro núcleo, «{language[:40]}», y no Python.")
    if len(sources) > MOST_CELLS:
        raise BadNotebook(f"El cuaderno tiene demasiadas celdas: más de {MOST_CELLS}.")
    seeds = [seed for _, seed, _, _ in marks]
    seed = max(set(seeds), key=seeds.count) if seeds else ""
    mine = [mark for mark in marks if mark[1] == seed]
    chapter = metadata.get("muelle")
    return Submission(
        chapter=str(chapter.get("capitulo", ""))[:80] if isinstance(chapter, dict) else "",
        cells=tuple(_cell(number, source) for number, source in enumerate(sources, 1)),
        seed=seed,
        rounds={slug: int(round_) for slug, _, round_, _ in mine},
        tries={slug: max(int(t) for s, _, _, t in mine if s == slug) for slug, *_ in mine},
    )


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


def _marks(cells: list[Any]) -> Any:
    """Lo que dejó `muelle.check` en las salidas: ejercicio, semilla, ronda e intentos."""
    for cell in cells:
        for output in cell.get("outputs") or []:
            page = (output.get("data") or {}).get("text/html", "")
            yield from _TICKET.findall(_text(page)[:100_000])


def _cell(number: int, source: str) -> Cell:
    if "muelle.check" in source:
        source = _without_shortcuts(source)
    call = check_call(source)
    if call is None:
        return Cell(number, source)
    slug = str(call.args[0].value) if isinstance(call.args[0], ast.Constant) else ""
    answers = [*call.args[1:], *(keyword.value for keyword in call.keywords if keyword.arg == "answer")]
    tree = _WithoutCheck().visit(ast.parse(source))
    return Cell(
        number,
        ast.unparse(tree),
        slug,
        ast.unparse(answers[0]) if answers else "",
    )


def _without_shortcuts(source: str) -> str:
    """Una celda con `!orden` o `%magia`, en Python corriente; otra cualquiera, tal cual."""
    try:
        ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager  # aquí, porque casi nunca hace falta

        shortcuts = TransformerManager()  # type: ignore[no-untyped-call]
        return str(shortcuts.transform_cell(source))
    except (ValueError, RecursionError, MemoryError):
        pass  # ni IPython lo entiende: falla al ejecutarla, y así se dice
    return source


_IN_ITS_PLACE = '__import__("types").SimpleNamespace(solved=True)'
"""Para la celda que mira el resultado (`assert muelle.check(…).solved`): con ello no se decide nada."""


class _WithoutCheck(ast.NodeTransformer):
    """Quita las llamadas a `muelle.check`: las hace quien corrige, fuera del núcleo."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr == "check":
            value = function.value
            if isinstance(value, ast.Name) and value.id == "muelle":
                return ast.parse(_IN_ITS_PLACE, mode="eval").body
        return node
