"""El sitio en español hasta la última etiqueta: nuestro catálogo manda sobre los de Sphinx y los temas.

Los `.po` están en `site/idioma/es/LC_MESSAGES/`, uno por catálogo (`sphinx`, `booktheme`); se compilan
en memoria al empezar, sin dejar ficheros `.mo` en el árbol.
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

CATALOGUES = Path(__file__).parent.parent / "idioma" / "es" / "LC_MESSAGES"

# `{type}` de `nb_code_prompt_show`, que myst-nb no traduce.
FOLDED = {"content": "la celda", "source": "el código", "output": "la salida", "outputs": "las salidas"}


def compile_catalogue(path: Path) -> GNUTranslations:
    """Lee un `.po` y lo devuelve compilado.

    Args:
        path: el fichero `.po`.
    """
    with path.open("rb") as source:
        catalogue = read_po(source, locale="es")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)


def install(app: Sphinx) -> None:
    """Pone nuestros catálogos delante: lo que ellos no traducen se busca después en el de siempre."""
    for path in sorted(CATALOGUES.glob("*.po")):
        ours = compile_catalogue(path)
        key = ("general", path.stem)
        previous = locale.translators.get(key)
        if previous is not None:
            ours.add_fallback(previous)
        locale.translators[key] = ours
        if path.stem == "sphinx":
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
