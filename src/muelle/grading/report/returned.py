"""Una página por estudiante, para devolvérsela: solo lo suyo."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from muelle.model.text import visible

from .look import RETURNED, STYLE
from .marks import ABSENT, WORDS, Gradebook, Line, Row


def write_returned(folder: Path, rows: Sequence[Row], book: Gradebook) -> None:
    """Escribe una página por estudiante y quita las de antes."""
    folder.mkdir(mode=0o700, exist_ok=True)
    for old in folder.glob("*.html"):
        old.unlink()
    for line in book.lines:
        if line.state == ABSENT:
            continue
        mine = [row for row in rows if row.student == line.student]
        path = folder / name_for(line.student)
        path.write_text(page(line, mine), encoding="utf-8")
        path.chmod(0o600)


def name_for(student: str) -> str:
    """Un nombre de archivo que se reconoce y no se repite."""
    plain = unicodedata.normalize("NFKD", student).encode("ascii", "ignore").decode()
    digest = hashlib.sha256(student.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{re.sub(r'[^A-Za-z0-9]+', '-', plain).strip('-')[:60] or 'entrega'}-{digest}.html"


def page(line: Line, rows: Sequence[Row]) -> str:
    """La página de un estudiante."""
    points = f"{line.points:g} de {line.possible:g}".replace(".", ",")
    comment = f"<p class='aviso'>{_e(line.comment)}</p>" if line.comment else ""
    parts = "".join(_part(row, line) for row in rows)
    return RETURNED.format(style=STYLE, student=_e(line.student), points=points, comment=comment, parts=parts)


def _part(row: Row, line: Line) -> str:
    problem = f"<p class='aviso'>{_e(row.result['problem'])}</p>" if row.result.get("problem") else ""
    items = "".join(_verdict(verdict, line) for verdict in row.result.get("verdicts", []))
    return f"<h2>{_e(row.notebook)}</h2>{problem}{items}"


def _verdict(verdict: dict[str, Any], line: Line) -> str:
    sign = "✓" if verdict["outcome"] == "SOLVED" else "✗"
    reasons = (
        ("Respondiste" if verdict.get("answered") else "Encontré", verdict["found"]),
        ("Esperaba", verdict["expected"]),
        ("Por qué importa", verdict["why"]),
        ("Qué pasó", verdict["message"]),
    )
    said = "".join(f"<p><b>{title}:</b> {_e(text)}</p>" for title, text in reasons if text)
    mark = line.marks.get(verdict["slug"])
    note = f"<p class='aviso'>{_e(mark.comment)}</p>" if mark and mark.comment else ""
    words = _e(WORDS.get(verdict["outcome"], "?"))
    return f"<section><h3>{sign} {_e(verdict['title'])}: {words}</h3>{said}{note}</section>"


def _e(text: Any) -> str:
    return html.escape(visible(str(text), keep="\n"))
