"""Lo que significa una palabra del glosario, al pasar por encima de ella en cualquier página."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

LONGEST = 220


def definitions(env: BuildEnvironment) -> dict[str, str]:
    """Cada palabra del glosario, por su identificador, y su definición en texto.

    Args:
        env: el entorno, con todas las páginas leídas.
    """
    found = {}
    pages = {docname for docname, _ in env.get_domain("std").data.get("terms", {}).values()}
    for page in sorted(pages):
        for item in env.get_doctree(page).findall(nodes.definition_list_item):
            texts = [" ".join(part.astext().split()) for part in item.findall(nodes.definition)]
            for term in item.findall(nodes.term):
                for ident in term["ids"]:
                    found[ident] = texts[0] if texts else ""
    return found


def shorten(text: str) -> str:
    """Un texto de una frase o dos, cortado en una palabra."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]}…"


def explain(app: Sphinx, doctree: nodes.document, docname: str) -> None:  # noqa: ARG001
    """Pone la definición en cada enlace al glosario de una página."""
    links = [
        link
        for link in doctree.findall(nodes.reference)
        if any("std-term" in inner.get("classes", ()) for inner in link.findall(nodes.inline))
    ]
    if not links:
        return
    known = definitions(app.env)
    for link in links:
        ident = link.get("refid") or str(link.get("refuri", "")).partition("#")[2]
        if known.get(ident):
            link["reftitle"] = shorten(known[ident])


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión."""
    app.connect("doctree-resolved", explain)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
