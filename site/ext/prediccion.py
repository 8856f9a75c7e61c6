"""La directiva `prediccion`: una pregunta que se contesta antes de ejecutar.

    ```{prediccion}
    ¿Cuántas peticiones hace `docker ps`?

    ---

    Dos: `HEAD /_ping` y `GET /containers/json`.
    ```

Lo que sigue a `---` queda plegado; sin `---`, contesta la celda siguiente.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from plegable import plegable

TITLE = "Predice"
ANSWER = "Compara con tu predicción"


def split(content: StringList) -> tuple[StringList, StringList]:
    """Separa la pregunta de la respuesta por la primera línea `---`."""
    for number, text in enumerate(content):
        if text.strip() == "---":
            return content[:number], content[number + 1 :]
    return content, StringList()


class Prediccion(SphinxDirective):
    """Caja «Predice», con la respuesta plegada."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Construye la caja.

        Raises:
            docutils.parsers.rst.DirectiveError: la caja está vacía.
        """
        self.assert_has_content()
        question, answer = split(self.content)
        box = plegable(resumen=TITLE, abierto=True, classes=["muelle-prediccion"])
        self.set_source_info(box)
        self.state.nested_parse(question, self.content_offset, box)
        if answer:
            folded = plegable(resumen=ANSWER, classes=["muelle-respuesta"])
            self.state.nested_parse(answer, self.content_offset + len(question) + 1, folded)
            box += folded
        return [box]


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la directiva."""
    app.setup_extension("plegable")
    app.add_directive("prediccion", Prediccion)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
