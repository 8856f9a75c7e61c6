"""La página de quien corrige: quién está atascado dónde, de un vistazo; con teclado y en papel."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from muelle.model.text import visible

from .look import PAGE, SCRIPT, STYLE
from .marks import ABSENT, PENDING, UNREADABLE, WORDS, Gradebook, Line, Mark, Row


def write_page(
    path: Path, rows: Sequence[Row], book: Gradebook, *, exposed: str, ignored: Sequence[str] = ()
) -> None:
    """Escribe `informe.html`."""
    states = Counter(line.state for line in book.lines)
    counts = "".join(f"<li><b>{number}</b> {_e(state)}</li>" for state, number in states.most_common())
    text = PAGE.format(
        style=STYLE,
        script=SCRIPT,
        count=len(rows),
        counts=counts,
        warnings=_warnings(rows, exposed),
        matrix=_matrix(book),
        exercises=_by_exercise(rows, book),
        unreadable=_unreadable(rows),
        ignored=_ignored(ignored),
        students="".join(_notebook(row) for row in rows),
    )
    path.write_text(text, encoding="utf-8")


def _e(text: Any) -> str:
    return html.escape(visible(str(text), keep="\n"))


def _warnings(rows: Sequence[Row], exposed: str) -> str:
    """Qué apartó a cada cuaderno, con las palabras de cada fila."""
    apart = Counter(row.result["apart"] for row in rows if row.result.get("apart"))
    if exposed and not any(exposed in sentence for sentence in apart):
        apart[exposed] += len(rows)
    items = "".join(
        f"<p>{_e(sentence)} ({number} {'cuaderno' if number == 1 else 'cuadernos'})</p>"
        for sentence, number in apart.most_common()
    )
    return items or f"<p>{_e(exposed or 'No se ejecutó ningún cuaderno.')}</p>"


def _matrix(book: Gradebook) -> str:
    if not book.lines:
        return "<p>No hay nadie.</p>"
    heads = "".join(f"<th scope='col'>{_sort(book.titles[slug])}</th>" for slug in book.slugs)
    body = "".join(_matrix_line(book, line) for line in book.lines)
    return (
        "<table id='matriz' class='matriz'><caption>Cada estudiante, sus puntos y sus ejercicios</caption>"
        f"<thead><tr><th scope='col'>{_sort('Estudiante')}</th><th scope='col'>{_sort('Estado')}</th>"
        f"<th scope='col'>{_sort('Puntos')}</th>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


def _sort(title: str) -> str:
    return f"<button type='button' class='orden'>{_e(title)}</button>"


def _matrix_line(book: Gradebook, line: Line) -> str:
    points = f"{line.points:g} de {line.possible:g}".replace(".", ",")
    late = " · <span class='tarde'>tarde</span>" if line.late else ""
    note = f"<br><em>{_e(line.comment)}</em>" if line.comment else ""
    cells = "".join(_mark(line.marks[slug]) for slug in book.slugs)
    return (
        f"<tr data-estado='{_e(line.state)}'><th scope='row'>{_e(line.student)}{note}</th>"
        f"<td class='{_class(line.state)}'>{_e(line.state)}{late}</td>"
        f"<td data-valor='{line.percent:.2f}'>{points}</td>{cells}</tr>"
    )


def _class(state: str) -> str:
    return {UNREADABLE: "ilegible", PENDING: "pendiente", ABSENT: "ausente"}.get(state, "estado")


_ORDER = ("SOLVED", "WRONG", "UNANSWERED", "MISSING")


def _mark(mark: Mark) -> str:
    value = _ORDER.index(mark.outcome) if mark.outcome in _ORDER else 9
    changed = f" <b title='cambiado a mano'>{mark.points:g}*</b>".replace(".", ",") if mark.changed else ""
    note = f"<br><em>{_e(mark.comment)}</em>" if mark.comment else ""
    name = mark.outcome.lower() or "nada"
    return (
        f"<td class='casilla {_e(name)}' data-valor='{value}'>"
        f"<span aria-hidden='true'>{mark.sign or '·'}</span>"
        f"<span class='oculto'>{_e(mark.words)}</span>{changed}{note}</td>"
    )


def _by_exercise(rows: Sequence[Row], book: Gradebook) -> str:
    solved, seen = Counter[str](), Counter[str]()
    stuck: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for row in rows:
        for verdict in row.result.get("verdicts", []):
            seen[verdict["slug"]] += 1
            if verdict["outcome"] == "SOLVED":
                solved[verdict["slug"]] += 1
            else:
                stuck.setdefault(verdict["slug"], []).append((row.student, verdict))
    return "".join(
        f"<tr><th scope='row'>{_e(book.titles[slug])}</th><td>{solved[slug]} de {seen[slug]}</td>"
        f"<td>{_stuck(stuck.get(slug, []))}</td></tr>"
        for slug in book.slugs
    )


def _stuck(pairs: list[tuple[str, dict[str, Any]]]) -> str:
    """Quién se quedó y dónde, agrupado por diagnóstico."""
    groups: dict[str, list[str]] = {}
    for student, verdict in pairs:
        reason = verdict["found"] or verdict["message"] or WORDS.get(verdict["outcome"], "?")
        groups.setdefault(reason, []).append(student)
    ordered = sorted(groups.items(), key=lambda item: -len(item[1]))
    items = "".join(f"<li>{_e(reason)} <em>{_e(', '.join(names))}</em></li>" for reason, names in ordered)
    return f"<ul>{items}</ul>" if items else "nadie"


def _unreadable(rows: Sequence[Row]) -> str:
    found = [row for row in rows if row.result.get("problem") and not row.result.get("verdicts")]
    items = "".join(
        f"<li><b>{_e(row.student)}</b> — {_e(row.notebook)}: {_e(row.result['problem'])}"
        f"{' Quedó sin corregir: repite la misma orden.' if row.result.get('retry') else ''}</li>"
        for row in found
    )
    return f"<h2>No se pudieron leer o corregir</h2><ul>{items}</ul>" if items else ""


def _ignored(names: Sequence[str]) -> str:
    items = "".join(f"<li>{_e(name)}</li>" for name in names)
    return f"<h2>No se miraron</h2><p>No son cuadernos:</p><ul>{items}</ul>" if items else ""


def _notebook(row: Row) -> str:
    result = row.result
    verdicts = result.get("verdicts", [])
    good = sum(verdict["outcome"] == "SOLVED" for verdict in verdicts)
    notes = [result["problem"]] if result.get("problem") else []
    if result.get("retry"):
        notes.append("Quedó sin corregir: repite la misma orden y se intenta otra vez.")
    if row.seed_shared_with:
        notes.append(f"Tiene los mismos valores que {', '.join(row.seed_shared_with)}.")
    if result.get("note"):
        notes.append(result["note"])
    if not result.get("seed") and verdicts:
        notes.append("No trae salidas: sus valores se sortearon al corregir.")
    notes += [f"Se le negó: {denied}." for denied in result.get("denied", [])]
    notes += [f"Quedó en tu motor y no se pudo quitar: {left}." for left in result.get("left", [])]
    lines = "".join(
        f"<tr class='{_e(verdict['outcome'].lower())}'><th scope='row'>{_e(verdict['title'])}</th>"
        f"<td>{'✓' if verdict['outcome'] == 'SOLVED' else '✗'} {_e(WORDS.get(verdict['outcome'], '?'))}</td>"
        f"<td>{_e(' '.join(filter(None, (verdict['found'], verdict['message']))))}</td>"
        f"<td>{_e(verdict['tries'] or '—')}</td></tr>"
        for verdict in verdicts
    )
    table = (
        f"<div class='tabla' tabindex='0' role='region' aria-label='Ejercicios de {_e(row.notebook)}'>"
        "<table><thead><tr><th scope='col'>Ejercicio</th><th scope='col'>Resultado</th>"
        "<th scope='col'>Qué se encontró</th><th scope='col'>Intentos</th></tr></thead>"
        f"<tbody>{lines}</tbody></table></div>"
        if lines
        else ""
    )
    remarks = "".join(f"<p class='aviso'>{_e(note)}</p>" for note in notes)
    return (
        f"<details><summary>{_e(row.student)} — {_e(row.notebook)}: {_state(result, good, len(verdicts))}"
        f"</summary>{remarks}{table}</details>"
    )


def _state(result: dict[str, Any], good: int, total: int) -> str:
    if result.get("retry"):
        return "sin corregir"
    if not total:
        return "no se pudo leer" if result.get("problem") else "sin ejercicios"
    return f"{good} de {total}" + (" · con avisos" if result.get("problem") else "")
