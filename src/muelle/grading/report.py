"""El informe de quien corrige: un CSV para la hoja de cálculo y una página para mirar."""

from __future__ import annotations

import csv
import html
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

from muelle.exercises import Outcome

WORDS = {outcome.name: outcome.value for outcome in Outcome} | {"MISSING": "falta la celda"}
COLUMNS = (
    *("estudiante", "cuaderno", "capítulo", "ejercicio", "título", "resuelto", "resultado", "encontrado"),
    *(
        "esperado",
        "por qué importa",
        "nota",
        "intentos",
        "problema del cuaderno",
        "mismos valores que",
        "segundos",
    ),
)


class Row(Protocol):
    """Lo que el informe necesita de cada cuaderno (lo cumple `run.Row`)."""

    @property
    def student(self) -> str: ...
    @property
    def notebook(self) -> str: ...
    @property
    def result(self) -> dict[str, Any]: ...
    @property
    def seed_shared_with(self) -> tuple[str, ...]: ...


def write(output: Path, rows: Sequence[Row], *, exposed: str) -> tuple[Path, Path]:
    """Escribe `notas.csv` e `informe.html`.

    Args:
        exposed: si el código de los cuadernos no estuvo apartado del todo, la frase que lo dice; si no, "".

    Returns:
        Los dos archivos.
    """
    table, page = output / "notas.csv", output / "informe.html"
    errors = "backslashreplace"  # lo que respondió un estudiante puede no caber en UTF-8
    with table.open("w", encoding="utf-8-sig", errors=errors, newline="") as stream:  # -sig, para Excel
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(COLUMNS)
        for row in rows:
            for line in _lines(row):
                writer.writerow([_cell(value) for value in line])
    page.write_text(_page(rows, exposed), encoding="utf-8", errors=errors)
    return table, page


def _lines(row: Row) -> list[list[Any]]:
    result = row.result
    start = [row.student, row.notebook, result.get("chapter", "")]
    finish = [result.get("problem", ""), ", ".join(row.seed_shared_with), result.get("seconds", "")]
    lines = [
        [
            *start,
            *(verdict["slug"], verdict["title"], "sí" if verdict["outcome"] == "SOLVED" else "no"),
            *(WORDS.get(verdict["outcome"], "?"), verdict["found"], verdict["expected"], verdict["why"]),
            *(verdict["message"], verdict["tries"] or "", *finish),
        ]
        for verdict in result.get("verdicts", [])
    ]
    return lines or [[*start, "", "", "no", "", "", "", "", "", "", *finish]]


def _cell(value: Any) -> str:
    """Un valor para el CSV: una hoja de cálculo no debe tomarlo por una fórmula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _page(rows: Sequence[Row], exposed: str) -> str:
    solved, seen = Counter[str](), Counter[str]()
    titles: dict[str, str] = {}
    stuck: dict[str, list[tuple[str, dict[str, Any]]]] = {}
    for row in rows:
        for verdict in row.result.get("verdicts", []):
            slug = verdict["slug"]
            titles[slug] = verdict["title"]
            seen[slug] += 1
            if verdict["outcome"] == "SOLVED":
                solved[slug] += 1
            else:
                stuck.setdefault(slug, []).append((row.student, verdict))
    by_exercise = "".join(
        f"<tr><th scope='row'>{_e(titles[slug])}</th><td>{solved[slug]} de {seen[slug]}</td>"
        f"<td>{_stuck(stuck.get(slug, []))}</td></tr>"
        for slug in titles
    )
    return _PAGE.format(
        count=len(rows),
        isolation=f"{_e(exposed)} {_SAME_USER}" if exposed else _ISOLATED,
        exercises=by_exercise,
        students="".join(_student(row) for row in rows),
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


def _student(row: Row) -> str:
    result = row.result
    verdicts = result.get("verdicts", [])
    good = sum(verdict["outcome"] == "SOLVED" for verdict in verdicts)
    notes = [result["problem"]] if result.get("problem") else []
    if result.get("retry"):
        notes.append("Quedó sin corregir: repite la misma orden y se intenta otra vez.")
    if row.seed_shared_with:
        notes.append(f"Tiene los mismos valores que {', '.join(row.seed_shared_with)}.")
    if not result.get("seed") and verdicts:
        notes.append("No trae salidas: sus valores se sortearon al corregir.")
    notes += [f"Se le negó: {denied}." for denied in result.get("denied", [])]
    lines = "".join(
        f"<tr class='{verdict['outcome'].lower()}'><th scope='row'>{_e(verdict['title'])}</th>"
        f"<td>{'✓' if verdict['outcome'] == 'SOLVED' else '✗'} {_e(WORDS.get(verdict['outcome'], '?'))}</td>"
        f"<td>{_e(' '.join(filter(None, (verdict['found'], verdict['message']))))}</td>"
        f"<td>{verdict['tries'] or '—'}</td></tr>"
        for verdict in verdicts
    )
    table = (
        "<table><thead><tr><th scope='col'>Ejercicio</th><th scope='col'>Resultado</th>"
        "<th scope='col'>Qué se encontró</th><th scope='col'>Intentos</th></tr></thead>"
        f"<tbody>{lines}</tbody></table>"
        if lines
        else ""
    )
    remarks = "".join(f"<p class='aviso'>{_e(note)}</p>" for note in notes)
    return (
        f"<details><summary>{_e(row.student)} — {_e(row.notebook)}: {good} de {len(verdicts)}"
        f"{' · con avisos' if notes else ''}</summary>{remarks}{table}</details>"
    )


def _e(text: Any) -> str:
    return html.escape(str(text))


_ISOLATED = (
    "Cada cuaderno se ejecutó con un usuario sin privilegios: puede leer lo que en esta máquina sea legible "
    "para todos y usar la red; no puede escribir fuera de su carpeta ni señalar a otros procesos."
)
_SAME_USER = (
    "Para apartarlo más, corrige como root con el curso en una carpeta que lean todos, o en una máquina que "
    "no tenga nada tuyo."
)

_PAGE = """<!doctype html>
<html lang="es">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Informe de entregas</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }}
table {{ border-collapse: collapse; width: 100%; margin: .5rem 0; }}
th, td {{ border: 1px solid #8888; padding: .3rem .5rem; text-align: left; vertical-align: top; }}
td {{ overflow-wrap: anywhere; }}
ul {{ margin: 0; padding-left: 1.1rem; }}
summary {{ cursor: pointer; padding: .3rem 0; }}
.aviso {{ border-left: .3rem solid; padding-left: .6rem; }}
.tabla {{ overflow-x: auto; }}
</style>
</head>
<body>
<main>
<h1>Informe de entregas</h1>
<p>{count} cuadernos. El veredicto de cada ejercicio lo da el corrector, preguntando al motor; no lo que el
cuaderno dice de sí mismo. Los intentos son los que declara el cuaderno.</p>
<h2>Por ejercicio</h2>
<div class="tabla"><table>
<thead><tr>
<th scope="col">Ejercicio</th><th scope="col">Resuelto por</th><th scope="col">Quién se quedó y dónde</th>
</tr></thead>
<tbody>{exercises}</tbody>
</table></div>
<h2>Por estudiante</h2>
{students}
<h2>Qué pudo alcanzar su código</h2>
<p>{isolation}</p>
<p>Al motor llega a través de un guardián: ve los nombres de lo que hay y puede leer las imágenes, pero solo
puede parar, cambiar o borrar lo que él crea, y no puede montar carpetas de esta máquina ni pedir privilegios.
Lo que crea se retira al acabar. Un fallo del núcleo de Linux o del motor podría saltarse estas barreras.</p>
</main>
</body>
</html>
"""
