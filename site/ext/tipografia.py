"""Lo que no se parte al final de un renglón: una cifra y su unidad, y un código breve.

«4 MB» no deja la cifra en un renglón y la unidad en otro; `-d` no se queda en «-», ni `./curso clase` en dos.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

UNITS = re.compile(r"(?<=\d) (?=(?:B|kB|KB|MB|GB|KiB|MiB|GiB|ms|s|px)\b|%)")
# Un código más largo que esto no cabría en el renglón de un teléfono.
LONGEST = 20


def joined(text: str) -> str:
    """El texto, con un espacio que no se parte entre cada cifra y su unidad."""
    return UNITS.sub("\u00a0", text)


class Together(SphinxPostTransform):
    """Junta lo que va junto en el texto de una página; lo escrito en bloques de código no se toca."""

    default_priority = 220
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Marca los códigos breves y une las cifras con sus unidades."""
        for code in self.document.findall(nodes.literal):
            if len(code.astext()) <= LONGEST:
                code["classes"].append("muelle-junto")
        for text in list(self.document.findall(nodes.Text)):
            if isinstance(text.parent, (nodes.literal, nodes.FixedTextElement, nodes.raw)):
                continue
            together = joined(text.astext())
            if together != text.astext():
                text.parent.replace(text, nodes.Text(together))


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión."""
    app.add_post_transform(Together)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
