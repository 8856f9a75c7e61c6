"""De MyST a Markdown corriente: lo que un cuaderno puede mostrar sin Sphinx.

Las cajas pasan a citas con un título en negrita, lo plegado a `<details>`, los papeles (`{term}`…) a su texto
y los enlaces entre capítulos a enlaces entre cuadernos.
"""

from __future__ import annotations

import html
import re

import yaml

from muelle import exercises

_OPEN = re.compile(r"^(?P<fence>`{3,}|:{3,})(?:\{(?P<name>[\w-]+)\})?[ \t]*(?P<argument>.*)$")
_OPTION = re.compile(r"^:[\w-]+:")
_ROLE = re.compile(r"\{[a-z][\w:-]*\}(?P<ticks>`+)(?P<text>.+?)(?<!`)(?P=ticks)(?!`)", re.DOTALL)
"""Un papel; con más de un acento grave si el texto lleva alguno dentro."""
_TAG = re.compile(r"`[^`]*`|<(?=[\w/])")
"""Un trozo de código, donde no hay nada que cambiar, o lo que parecería el comienzo de una marca HTML."""
_CHAPTER_LINK = re.compile(r"\]\((?P<target>[\w-]+)\.md(?P<anchor>#[^)\s]*)?\)")
_TARGET = re.compile(r"^\([\w-]+\)=$")

TITLES = {
    "note": "Nota",
    "tip": "Truco",
    "hint": "Pista",
    "important": "Importante",
    "warning": "Cuidado",
    "caution": "Cuidado",
    "attention": "Atención",
    "danger": "Peligro",
    "seealso": "Véase también",
}


def plain(text: str) -> str:
    """Convierte un trozo de MyST.

    Args:
        text: el texto de una celda de prosa.

    Raises:
        NotFound: si nombra un ejercicio que no existe.
    """
    lines = text.split("\n")
    done: list[str] = []
    prose: list[str] = []
    position = 0
    while position < len(lines):
        opening = _OPEN.match(lines[position])
        if not opening:
            if not _TARGET.match(lines[position]) and not lines[position].startswith("%"):
                prose.append(lines[position])
            position += 1
            continue
        end = _closing(lines, position, opening["fence"])
        body = lines[position + 1 : end]
        done.append(_inline("\n".join(prose)))
        prose = []
        if opening["name"]:
            done.append(_directive(opening["name"], opening["argument"].strip(), body))
        else:
            done.append("\n".join(lines[position : end + 1]))
        position = end + 1
    done.append(_inline("\n".join(prose)))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(done))


def _closing(lines: list[str], start: int, fence: str) -> int:
    """La línea que cierra un bloque, o la última si no se cierra."""
    for number in range(start + 1, len(lines)):
        line = lines[number].strip()
        if line.startswith(fence) and set(line) == {fence[0]}:
            return number
    return len(lines)


def _inline(text: str) -> str:
    def role(match: re.Match[str]) -> str:
        shown = re.sub(r"\s*<[^<>]*>$", "", match["text"]) or match["text"]
        return _TAG.sub(lambda found: found[0] if found[0] != "<" else r"\<", shown)

    text = _ROLE.sub(role, text)
    return _CHAPTER_LINK.sub(lambda match: f"]({match['target']}.ipynb{match['anchor'] or ''})", text)


def _directive(name: str, argument: str, body: list[str]) -> str:
    while body and (_OPTION.match(body[0]) or not body[0].strip()):
        body = body[1:]
    content = "\n".join(body)
    if name == "ejercicio":
        return _exercise(argument)
    if name == "ficha":
        return _card(content)
    if name == "apunte":
        return _details(argument, f"<pre>\n{html.escape(content, quote=False)}\n</pre>")
    if name == "orden":
        return _commands(content)
    if name == "prediccion":
        question, _, answer = content.partition("\n---\n")
        folded = (
            _details("Compara con tu predicción", f"\n{plain(answer).strip()}\n") if answer.strip() else ""
        )
        return f"{_quote('Predice', plain(question))}\n\n{folded}"
    if name == "list-table":
        return _table(argument, body)
    if name in ("toctree", "tableofcontents", "contents"):
        return ""
    title = TITLES.get(name) or argument or ("" if name in ("admonition", "topic") else name.capitalize())
    if name in TITLES and argument:
        content = f"{argument}\n{content}"
    return _quote(title, plain(content))


def _quote(title: str, text: str) -> str:
    lines = ([f"**{title}**", ""] if title else []) + text.strip().split("\n")
    return "\n" + "\n".join(f"> {line}".rstrip() for line in lines) + "\n"


def _details(summary: str, text: str) -> str:
    return f"\n<details><summary>{html.escape(summary)}</summary>\n{text}\n</details>\n"


def _commands(content: str) -> str:
    commands, _, prose = content.partition("\n---\n")
    text = f"\n```sh\n{commands.strip()}\n```\n"
    return _details("Con la orden docker", f"{text}\n{plain(prose).strip()}\n" if prose.strip() else text)


def _exercise(slug: str) -> str:
    exercise = exercises.get(slug)
    kind = "Proyecto" if exercise.project else "Ejercicio"
    title = exercise.title.removeprefix("Proyecto: ")
    head = f"{kind}: {title} (unos {exercise.minutes} minutos · {exercise.kind.label})"
    return _quote(head, plain(exercises.statement(slug)))


def _card(content: str) -> str:
    data = yaml.safe_load(content) or {}
    lines = []
    for name, value in data.items():
        if isinstance(value, list):
            lines += ["", f"{name.capitalize()}:", "", *(f"- {item}" for item in value)]
        else:
            unit = " minutos" if name == "tiempo" else ""
            lines += ["", f"{name.capitalize()}: {value}{unit}"]
    return _quote("En este capítulo", _inline("\n".join(lines)))


def _table(title: str, body: list[str]) -> str:
    rows: list[list[str]] = []
    for line in body:
        if line.startswith("* -"):
            rows.append([line[3:].strip()])
        elif rows and line.startswith("  -"):
            rows[-1].append(line[3:].strip())
        elif rows and line.strip():
            rows[-1][-1] += " " + line.strip()
    if not rows:
        return ""
    cells = ["| " + " | ".join(_inline(cell).replace("|", "\\|") for cell in row) + " |" for row in rows]
    head, *rest = cells
    caption = f"**{_inline(title)}**\n\n" if title else ""
    return "\n" + caption + "\n".join([head, "|" + " --- |" * len(rows[0]), *rest]) + "\n"
