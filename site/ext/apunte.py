"""La directiva `apunte`: el dibujo de los apuntes originales, plegado y tal cual.

```{apunte} Apunte original: la arquitectura
+-----------+        +-----------+
|  cliente  | -----> |  demonio  |
+-----------+        +-----------+
```
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from plegable import plegable


class dibujo(nodes.General, nodes.FixedTextElement):  # type: ignore[misc]  # noqa: N801
    """Un dibujo hecho con letras: se desplaza a lo ancho y con el teclado en una pantalla estrecha."""


def visit(self: Any, node: dibujo) -> None:
    """Escribe el dibujo entero y salta su contenido."""
    label = self.attval(node["etiqueta"])
    self.body.append(f'<pre class="muelle-apunte-dibujo" tabindex="0" role="group" aria-label="{label}">')
    self.body.append(f"{self.encode(node.astext())}</pre>\n")
    raise nodes.SkipNode


class Apunte(SphinxDirective):
    """Apunte original, plegado. El argumento es el título."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        """Construye el bloque.

        Raises:
            docutils.parsers.rst.DirectiveError: no hay dibujo.
        """
        self.assert_has_content()
        title = self.arguments[0] if self.arguments else "Apunte original"
        text = "\n".join(self.content)
        box = plegable(resumen=title, classes=["muelle-apunte"])
        box += dibujo(text, text, etiqueta=f"{title}: dibujo")
        return [box]


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la directiva."""
    app.setup_extension("plegable")
    app.add_node(dibujo, html=(visit, None))
    app.add_directive("apunte", Apunte)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
