"""La directiva `capitulos`: la tabla del curso. Los capítulos salen del índice; los minutos, de sus fichas.

```{capitulos}
01-arquitectura: La pregunta que abre la clase. | Lo que se llevan.
```

Solo se escribe lo que nadie puede contar: la pregunta y lo que se llevan.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import ficha
from muelle import exercises
from muelle.cli import contents

CARD = re.compile(r"^```\{ficha\}\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
HEAD = (
    "| Capítulo | Minutos de clase | Minutos de ejercicios "
    "| La pregunta que abre la clase | Lo que se llevan |",
    "|---|---|---|---|---|",
)


def rows(root: Path, words: Mapping[str, str]) -> list[str]:
    """Las filas de la tabla, en Markdown y en el orden del índice.

    Args:
        root: la carpeta del curso.
        words: por capítulo (`01-arquitectura`), su pregunta y lo que se llevan, con un `|` en medio.

    Raises:
        ValueError: falta un capítulo que tiene ficha, o sobra uno que no está en el índice.
    """
    found = {}
    for page in contents.pages(root / "_toc.yml"):
        text = (root / f"{page}.md").read_text(encoding="utf-8")
        card, title = CARD.search(text), TITLE.search(text)
        if card is None or title is None:
            continue
        name = Path(page).name
        lesson = ficha.read(card[1].splitlines())["tiempo"][0]
        practice = sum(each.minutes for each in exercises.load() if each.chapter == name)
        link = f"[{title[1].partition(':')[0]}]({name}.md)"
        found[name] = f"| {link} | {lesson} | {practice} | {words.get(name, '')} |"
    if missing := sorted(set(found) ^ set(words)):
        raise ValueError(f"La tabla de los capítulos no cuadra con el índice: {', '.join(missing)}.")
    return list(found.values())


class Capitulos(SphinxDirective):
    """La tabla de los capítulos."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Construye la tabla.

        Raises:
            docutils.parsers.rst.DirectiveError: no cuadra con el índice; véase `rows`.
        """
        pairs = (line.partition(":") for line in self.content if line.strip())
        words = {name.strip(): text.strip() for name, _, text in pairs}
        try:
            lines = [*HEAD, *rows(Path(self.env.srcdir), words)]
        except ValueError as error:
            raise self.error(str(error)) from error
        for page in contents.pages(Path(self.env.srcdir) / "_toc.yml"):
            self.env.note_dependency(str(Path(self.env.srcdir) / f"{page}.md"))
        box = nodes.container()
        source = StringList(lines, source=self.get_source_info()[0])
        self.state.nested_parse(source, self.content_offset, box)
        return list(box.children)


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la directiva."""
    app.add_directive("capitulos", Capitulos)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
