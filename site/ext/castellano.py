"""El sitio en español hasta la última etiqueta: nuestro catálogo manda sobre el de Sphinx.

Está en `castellano.po`, al lado; se compila en memoria al empezar, sin dejar ficheros `.mo` en el árbol.
"""

from __future__ import annotations

import io
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx import locale
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform

CATALOGUE = Path(__file__).with_suffix(".po")

# `{type}` de `nb_code_prompt_show`, que myst-nb no traduce.
FOLDED = {"content": "la celda", "source": "el código", "output": "la salida", "outputs": "las salidas"}


def compiled() -> GNUTranslations:
    """El catálogo, compilado."""
    with CATALOGUE.open("rb") as source:
        catalogue = read_po(source, locale="es")
    machine = io.BytesIO()
    write_mo(machine, catalogue)
    machine.seek(0)
    return GNUTranslations(machine)


def install(app: Sphinx) -> None:
    """Pone nuestro catálogo delante: lo que no traduce se busca después en el de siempre."""
    ours, key = compiled(), ("general", "sphinx")
    if previous := locale.translators.get(key):
        ours.add_fallback(previous)
    locale.translators[key] = ours
    # Las plantillas no pasan por `locale`: usan el traductor de la aplicación.
    app.translator = ours


class TranslatePrompts(SphinxPostTransform):
    """Lo que se pliega en una celda, dicho en español: myst-nb escribe la palabra en inglés."""

    # Después de la de myst-nb que pliega las celdas (199).
    default_priority = 210
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Cambia la palabra en los dos rótulos de cada bloque plegado."""
        for node in self.document.findall(HideCodeCellNode):
            for key in ("prompt_show", "prompt_hide"):
                verb, _, kind = node[key].partition(" ")
                node[key] = f"{verb} {FOLDED.get(kind, kind)}"


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión. Ha de ir la primera de la lista."""
    install(app)
    app.add_post_transform(TranslatePrompts)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
