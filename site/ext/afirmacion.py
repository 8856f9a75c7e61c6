"""El rol `afirmacion`: una frase sobre Docker, y la comprobación que la respalda.

    {afirmacion}`CMD no añade ninguna capa <cmd-sin-capa>`

`claims` saca todas las de un texto, sin Sphinx: así una prueba puede ver que cada una tiene su comprobación.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxRole

# Comillas invertidas de una o más, como en cualquier rol de MyST.
ROLE = re.compile(r"\{afirmacion\}(?P<tick>`+)(?P<text>.+?)(?P=tick)(?!`)", re.DOTALL)
TITLE = "Lo comprueba una celda o una prueba del curso"
TARGET = re.compile(r"^(?P<sentence>.+?)\s*<(?P<claim>[a-z0-9-]+)>\s*$", re.DOTALL)


@dataclass(frozen=True)
class Claim:
    """Una afirmación de un capítulo.

    Args:
        claim: el identificador de su comprobación.
        sentence: la frase, en Markdown.
        line: la línea en la que empieza, desde 1.
    """

    claim: str
    sentence: str
    line: int


def parse(text: str) -> tuple[str, str]:
    """Separa la frase y el identificador de `frase <identificador>`.

    Raises:
        ValueError: falta el identificador.
    """
    found = TARGET.match(text)
    if found is None:
        raise ValueError(f"A la afirmación «{text}» le falta el <identificador> de su comprobación.")
    return " ".join(found["sentence"].split()), found["claim"]


def claims(markdown: str) -> list[Claim]:
    """Las afirmaciones de un capítulo, por orden.

    Args:
        markdown: el texto del capítulo.

    Raises:
        ValueError: a alguna le falta el identificador.
    """
    found = []
    for match in ROLE.finditer(markdown):
        sentence, claim = parse(match["text"].strip())
        found.append(Claim(claim, sentence, markdown.count("\n", 0, match.start()) + 1))
    return found


class afirmacion(nodes.Inline, nodes.TextElement):  # type: ignore[misc]  # noqa: N801
    """Una frase respaldada. Atributo `comprobacion`: su identificador."""


def visit(self: Any, node: afirmacion) -> None:
    """Abre la marca."""
    claim = self.attval(node["comprobacion"])
    self.body.append(f'<span class="muelle-afirmacion" data-comprobacion="{claim}" title="{TITLE}">')


def depart(self: Any, node: afirmacion) -> None:  # noqa: ARG001
    """Cierra la marca."""
    self.body.append("</span>")


class Afirmacion(SphinxRole):
    """El rol."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Construye la marca; la frase es Markdown."""
        try:
            sentence, claim = parse(self.text)
        except ValueError as error:
            message = self.inliner.reporter.error(str(error), line=self.lineno)
            return [], [message]
        node = afirmacion(self.rawtext, "", comprobacion=claim)
        children, messages = self.inliner.parse(sentence, self.lineno, self.inliner, node)
        node += children
        if any(node.findall(nodes.raw)):
            # `<missing>` a secas es HTML, y en la página no se vería nada.
            text = f"En «{sentence}» hay HTML: pon entre comillas invertidas lo que va entre < >."
            messages.append(self.inliner.reporter.error(text, line=self.lineno))
        return [node], messages


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra el rol."""
    app.add_node(afirmacion, html=(visit, depart))
    app.add_role("afirmacion", Afirmacion())
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
