"""La directiva `ficha`: con qué sale quien lee el capítulo, cuánto tarda y qué necesita.

```{ficha}
objetivos:
  - Nombrar las cuatro piezas.
tiempo: 30
necesitas:
  - Un motor de Docker.
```
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

KEYS = ("objetivos", "tiempo", "necesitas")


def read(lines: list[str]) -> dict[str, list[str]]:
    """Lee la ficha: claves con su lista o su valor. No es YAML: un «:» en un objetivo es un «:».

    Args:
        lines: el contenido de la directiva.

    Returns:
        Por cada clave, sus elementos en Markdown.

    Raises:
        ValueError: una línea no es ni clave ni elemento, o faltan los objetivos o el tiempo.
    """
    data: dict[str, list[str]] = {}
    items: list[str] | None = None
    for text in lines:
        head, colon, value = text.partition(":")
        if text[:1].strip() and colon and head in KEYS:
            items = data[head] = [value.strip()] if value.strip() else []
        elif items is not None and text.strip().startswith("- "):
            items.append(text.strip()[2:])
        elif items and text.startswith("  ") and text.strip():
            items[-1] += f" {text.strip()}"
        elif text.strip():
            raise ValueError(
                f"En una ficha, «{text.strip()}» no es ni una clave ({', '.join(KEYS)}) ni un elemento."
            )
    if not data.get("objetivos") or not data.get("tiempo"):
        raise ValueError("Una ficha lleva objetivos y tiempo.")
    if not data["tiempo"][0].isdigit():
        raise ValueError("El tiempo de una ficha son minutos, un número entero.")
    return data


class Ficha(SphinxDirective):
    """La ficha que abre un capítulo."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Construye la ficha.

        Raises:
            docutils.parsers.rst.DirectiveError: la ficha está mal escrita; véase `read`.
        """
        try:
            data = read(list(self.content))
        except ValueError as error:
            raise self.error(str(error)) from error
        box = nodes.container(classes=["muelle-ficha"])
        box += self.column("Con este capítulo podrás", data["objetivos"], "objetivos")
        side = nodes.container(classes=["muelle-ficha-lado"])
        side += self.label("Tiempo", "tiempo")
        side += nodes.paragraph("", f"Unos {data['tiempo'][0]} minutos")
        if data.get("necesitas"):
            side += self.column("Necesitas", data["necesitas"], "necesitas")
        box += side
        return [box]

    def label(self, text: str, kind: str) -> nodes.paragraph:
        """El rótulo de una parte."""
        return nodes.paragraph("", text, classes=["muelle-rotulo", f"muelle-rotulo-{kind}"])

    def column(self, title: str, items: list[str], kind: str) -> nodes.container:
        """Un rótulo y su lista; cada elemento es Markdown."""
        column = nodes.container(classes=[f"muelle-ficha-{kind}"])
        column += self.label(title, kind)
        lines = StringList([f"- {item}" for item in items], source=self.get_source_info()[0])
        self.state.nested_parse(lines, self.content_offset, column)
        return column


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la directiva."""
    app.add_directive("ficha", Ficha)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
