"""La directiva `orden`: las órdenes `docker` que hacen lo mismo que la celda de encima, plegadas.

    ```{orden}
    :carpeta: DOCKERFILE PROJECT
    docker build -t muelle/pagina --label muelle=1 .

    ---

    Por defecto lo construye BuildKit.
    ```

`carpeta` nombra las variables de la celda con el Dockerfile y, si los hay, los demás archivos del contexto.
`parte` avisa de que la celda hace además otras cosas.
Lo que sigue a `---` es prosa. `tests/course/test_ordenes.py` ejecuta cada orden y compara lo que pide con
lo que pidió la celda.
"""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from plegable import plegable
from prediccion import split

TITLE = "Con la orden docker"
FOLDER = "En una carpeta con ese Dockerfile y lo que copia:"


class Orden(SphinxDirective):
    """Las órdenes, plegadas."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {
        "carpeta": directives.unchanged_required,
        "parte": directives.flag,
    }

    def run(self) -> list[nodes.Node]:
        """Construye el bloque.

        Raises:
            docutils.parsers.rst.DirectiveError: no hay ninguna orden.
        """
        self.assert_has_content()
        commands, prose = split(self.content)
        box = plegable(resumen=TITLE, classes=["muelle-orden"])
        self.set_source_info(box)
        if "carpeta" in self.options:
            self.state.nested_parse(StringList([FOLDER]), self.content_offset, box)
        text = "\n".join(commands).strip()
        box += nodes.literal_block(text, text, language="sh")
        if prose:
            self.state.nested_parse(prose, self.content_offset + len(commands) + 1, box)
        return [box]


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la directiva."""
    app.setup_extension("plegable")
    app.add_directive("orden", Orden)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
