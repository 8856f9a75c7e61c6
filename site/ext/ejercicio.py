"""La directiva `ejercicio`: el enunciado de un ejercicio del catálogo, en su caja.

    ```{ejercicio} tres-caminos
    ```

La página solo lleva el enunciado: ni la comprobación ni la solución llegan al sitio.
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective


class Ejercicio(SphinxDirective):
    """Caja con el título, los minutos, la clase y el enunciado. El argumento es el identificador."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Construye la caja.

        Raises:
            docutils.parsers.rst.DirectiveError: el ejercicio no está en el catálogo.
        """
        from muelle.errors import MuelleError
        from muelle.exercises.catalogue import get

        slug = self.arguments[0]
        try:
            exercise = get(slug)
        except MuelleError as error:
            raise self.error(str(error)) from error
        source = exercise.folder / "enunciado.md"
        for path in (source, exercise.folder / "exercise.json"):
            self.env.note_dependency(str(path))
        box = nodes.container(classes=["muelle-ejercicio"], ids=[f"ejercicio-{slug}"])
        kind = exercise.kind.label
        heading = nodes.paragraph(classes=["muelle-ejercicio-titulo"])
        heading += nodes.inline("", "Ejercicio", classes=["muelle-rotulo"])
        heading += nodes.Text(" ")
        heading += nodes.strong("", exercise.title)
        box += heading
        facts = f"Unos {exercise.minutes} minutos · {kind[:1].upper()}{kind[1:]}"
        box += nodes.paragraph("", facts, classes=["muelle-ejercicio-datos"])
        text = StringList(source.read_text(encoding="utf-8").splitlines(), source=str(source))
        self.state.nested_parse(text, 0, box)
        return [box]


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la directiva."""
    app.add_directive("ejercicio", Ejercicio)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
