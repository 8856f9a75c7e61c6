"""La prosa de un Markdown del curso: sin código, sin direcciones y sin la sintaxis de las directivas."""

from __future__ import annotations

import re

# Vallas cuyo contenido no es prosa; en las demás (`prediccion`, `note`…) sí lo es.
CODE = ("{code-cell}", "{orden}", "{apunte}", "{ejercicio}", "{tableofcontents}", "{toctree}")
FENCE = re.compile(r"^\s*(?P<mark>`{3,}|:{3,}|~{3,})\s*(?P<info>.*)$")


def _lines(markdown: str) -> list[str]:
    """Las líneas que no son código; de una valla de prosa se conserva el título."""
    kept: list[str] = []
    opened: list[tuple[str, bool]] = []
    lines = markdown.splitlines()
    if lines[:1] == ["---"]:
        end = lines.index("---", 1)
        lines = [""] * (end + 1) + lines[end + 1 :]
    for line in lines:
        fence = FENCE.match(line)
        hidden = any(code for _, code in opened)
        if fence is None:
            kept.append("" if hidden or re.match(r"^\s*:[a-z-]+:", line) else line)
            continue
        mark, info = fence["mark"], fence["info"].strip()
        if opened and not info and mark.startswith(opened[-1][0]):
            opened.pop()
            kept.append("")
        elif hidden:
            kept.append("")
        else:
            code = not info.startswith("{") or info.startswith(CODE)
            opened.append((mark, code))
            title = info.partition("}")[2].strip()
            kept.append(title if not code or info.startswith("{apunte}") else "")
    return kept


def _inline(text: str) -> str:
    """Quita del texto el código, las direcciones y la sintaxis de los roles y los enlaces."""
    # El texto de un rol puede llevar comillas invertidas dentro si el rol las lleva dobles.
    text = re.sub(
        r"\{(?:term|afirmacion|doc|ref)\}(?P<tick>`+)(?P<text>.+?)(?P=tick)(?!`)",
        lambda found: re.sub(r"\s*<[^<>]*>\s*$", "", found["text"]),
        text,
        flags=re.DOTALL,
    )
    text = re.sub(r"^[0-9a-z-]+: (?=\S.* \| )", "", text, flags=re.MULTILINE)  # una fila de `capitulos`
    text = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "«»", text, flags=re.DOTALL)
    text = re.sub(r"\{[a-z:-]+\}«»", "«»", text)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"<?https?://\S+", "", text)
    text = re.sub(r"</?[a-z][^>]*>", "", text)
    return re.sub(r"^\(([a-z0-9-]+)\)=$", "", text, flags=re.MULTILINE)


def paragraphs(markdown: str) -> list[tuple[int, str]]:
    """Los párrafos de prosa, cada uno con la línea en la que empieza (desde 1).

    Args:
        markdown: el texto de un capítulo o de un enunciado.

    Returns:
        El código corto queda como «», para que una frase que lo lleva siga siendo una frase.
    """
    found: list[tuple[int, list[str]]] = []
    fresh = True
    for number, line in enumerate(_lines(markdown), start=1):
        text = line.strip()
        starts = re.match(r"^\s*(#+ |[-*+] |\d+\. |[|>] ?|: )", line)
        if not text or text == "---":
            fresh = True
            continue
        if fresh or starts or text.startswith("#"):
            found.append((number, []))
        found[-1][1].append(re.sub(r"^(#+|[-*+>]|\d+\.|:) ", "", text))
        fresh = text.startswith("#")
    return [(number, _inline("\n".join(lines))) for number, lines in found]
