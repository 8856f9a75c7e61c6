"""Leer el cuaderno que entregó un estudiante. Es texto de un extraño: nada de él se da por bueno."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MOST_BYTES = 100_000_000
HEAVY_BYTES = 20_000_000
"""Desde aquí, un cuaderno se corrige sin mirar sus salidas."""
MOST_CELLS = 1000

_TICKET = re.compile(r'data-muelle="([\w-]+)\|([0-9a-f]{1,64}):(\d{1,6})\|(\d{1,6})"')
_SLUG = re.compile(r"[a-z0-9-]{1,60}")


class BadNotebook(Exception):
    """El cuaderno no se puede corregir; el mensaje es una frase."""


@dataclass(frozen=True)
class Cell:
    """Una celda de código.

    Args:
        number: desde 1, entre las de código.
        source: lo que se ejecuta.
        exercise: el ejercicio que dice ser en sus metadatos, o "".
        calls: lo que comprueba, leído sin ejecutarlo: ejercicio y expresión de la respuesta ("" si no hay).
    """

    number: int
    source: str
    exercise: str = ""
    calls: tuple[tuple[str, str], ...] = ()

    @property
    def slugs(self) -> tuple[str, ...]:
        """Los ejercicios que toca, sin repetir."""
        found = [slug for slug, _ in self.calls]
        return tuple(dict.fromkeys([*found, self.exercise] if self.exercise else found))

    def answer(self, slug: str) -> str:
        """La expresión que da la respuesta a un ejercicio; la variable de siempre si no se sabe."""
        return next((answer for each, answer in self.calls if each == slug and answer), "respuesta")


@dataclass(frozen=True)
class Submission:
    """Lo que interesa de un cuaderno.

    Args:
        chapter: el capítulo que dice ser, o "".
        cells: sus celdas de código, en orden.
        seed: la semilla de los valores del estudiante, o "" si no dejó rastro.
        rounds: por ejercicio, qué sorteo usó.
        tries: por ejercicio, cuántos intentos dice que hizo.
        note: lo que hubo que hacer para leerlo, o "".
    """

    chapter: str
    cells: tuple[Cell, ...]
    seed: str
    rounds: dict[str, int]
    tries: dict[str, int]
    note: str = ""


def shipped(folder: Path, chapter: str) -> frozenset[str]:
    """Las celdas del cuaderno de un capítulo tal como se reparte: no las escribió quien lo entrega.

    Args:
        folder: la de los cuadernos del curso.
    """
    path = folder / f"{chapter}.ipynb"
    if not _SLUG.fullmatch(chapter) or not path.is_file():
        return frozenset()
    return frozenset(cell.source for cell in read(path).cells)


def read(path: Path) -> Submission:
    """Lee un cuaderno.

    Raises:
        BadNotebook: si no es un cuaderno de Python que se pueda corregir.
    """
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise BadNotebook(f"El archivo pesa demasiado: más de {MOST_BYTES // 10**6} MB.")
    try:
        data, note = _document(path.read_bytes())
        raw = [cell for cell in _cells(data) if cell["cell_type"] == "code"]
        sources = [_text(cell.get("source", cell.get("input"))) for cell in raw]
        metadata = dict(data.get("metadata") or {})
        spec = dict(metadata.get("kernelspec") or {})
        marks = [] if size > HEAVY_BYTES else list(_marks(raw))
        cells = tuple(_cell(number, *pair) for number, pair in enumerate(zip(sources, raw, strict=True), 1))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise BadNotebook("El archivo no es un cuaderno: está dañado o a medias.") from error
    language = str(spec.get("language") or (metadata.get("language_info") or {}).get("name") or "python")
    if language.lower() != "python":
        raise BadNotebook(f"El cuaderno usa otro núcleo, «{language[:40]}», y no Python.")
    if len(sources) > MOST_CELLS:
        raise BadNotebook(f"El cuaderno tiene demasiadas celdas: más de {MOST_CELLS}.")
    if size > HEAVY_BYTES:
        note = f"Pesa más de {HEAVY_BYTES // 10**6} MB: se corrigió sin mirar sus salidas."
    seeds = [seed for _, seed, _, _ in marks]
    seed = max(set(seeds), key=seeds.count) if seeds else ""
    mine = [mark for mark in marks if mark[1] == seed]
    chapter = metadata.get("muelle")
    return Submission(
        chapter=str(chapter.get("capitulo", ""))[:80] if isinstance(chapter, dict) else "",
        cells=cells,
        seed=seed,
        rounds={slug: int(round_) for slug, _, round_, _ in mine},
        tries={slug: max(int(t) for s, _, _, t in mine if s == slug) for slug, *_ in mine},
        note=note,
    )


def _document(content: bytes) -> tuple[dict[str, Any], str]:
    """El JSON, en la codificación en que lo haya dejado su editor, y lo que hubo que hacer para leerlo.

    Raises:
        ValueError: si no es JSON.
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        data, note = json.loads(content), ""
        if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
            note = "Estaba guardado en UTF-16."
    except UnicodeDecodeError:
        data, note = json.loads(content.decode("cp1252")), "No estaba guardado en UTF-8."
    if data["nbformat"] == 3 if "nbformat" in data else "worksheets" in data:
        note = " ".join(filter(None, (note, "Tiene un formato antiguo (nbformat 3): se convirtió.")))
    return data, note


def _cells(data: dict[str, Any]) -> list[Any]:
    if "worksheets" in data:  # nbformat 3
        return [cell for sheet in data["worksheets"] for cell in sheet["cells"]]
    return list(data["cells"])


def _text(source: Any) -> str:
    return source if isinstance(source, str) else "".join(source)


def _marks(cells: list[Any]) -> Iterator[tuple[str, str, str, str]]:
    """Lo que dejó `muelle.check` en las salidas: ejercicio, semilla, ronda e intentos."""
    for cell in cells:
        for output in cell.get("outputs") or []:
            page = (output.get("data") or {}).get("text/html") or output.get("html") or ""
            yield from _TICKET.findall(_text(page)[:100_000])


def _cell(number: int, source: str, raw: dict[str, Any]) -> Cell:
    marked = (raw.get("metadata") or {}).get("muelle")
    slug = marked.get("ejercicio") if isinstance(marked, dict) else ""
    slug = slug if isinstance(slug, str) and _SLUG.fullmatch(slug) else ""
    return Cell(number, source, slug, tuple(_calls(source)) if "check" in source else ())


def _calls(source: str) -> Iterator[tuple[str, str]]:
    """Las llamadas a `check("ejercicio", respuesta)`, con el nombre que les haya puesto el cuaderno."""
    try:
        tree = ast.parse(_without_shortcuts(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args or not _is_check(node.func):
            continue
        first = node.args[0]
        if isinstance(first, ast.Constant) and isinstance(first.value, str) and _SLUG.fullmatch(first.value):
            answers = [*node.args[1:], *(word.value for word in node.keywords if word.arg == "answer")]
            yield first.value, ast.unparse(answers[0]) if answers else ""


def _is_check(function: ast.expr) -> bool:
    name = getattr(function, "attr", None) or getattr(function, "id", None)
    return bool(name == "check")


def _without_shortcuts(source: str) -> str:
    """Una celda con `!orden` o `%magia`, en Python corriente; otra cualquiera, tal cual."""
    try:
        ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager  # aquí, porque casi nunca hace falta

        shortcuts = TransformerManager()  # type: ignore[no-untyped-call]
        return str(shortcuts.transform_cell(source))
    return source
