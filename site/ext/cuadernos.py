"""La descarga de cada capítulo como cuaderno `.ipynb`, copiada al sitio desde `notebooks/`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

FOLDER = "notebooks"


def notebook_of(root: Path, pagename: str) -> Path | None:
    """El cuaderno derivado de una página, o None si no lo hay.

    Args:
        root: la carpeta del curso.
        pagename: el nombre de la página en Sphinx, `book/01-arquitectura`.
    """
    path = root / FOLDER / f"{Path(pagename).name}.ipynb"
    return path if path.is_file() else None


def link(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:  # noqa: ARG001
    """Pone el enlace en el contexto de las páginas que tienen cuaderno."""
    if doctree is None:
        return
    notebook = notebook_of(Path(app.srcdir), pagename)
    if notebook is not None:
        context["cuaderno"] = relative_uri(app.builder.get_target_uri(pagename), f"{FOLDER}/{notebook.name}")
        context["cuaderno_nombre"] = notebook.name


def copy(app: Sphinx, error: Exception | None) -> None:
    """Copia los cuadernos de las páginas del libro a la carpeta construida."""
    if error is not None or app.builder.format != "html":
        return
    target = Path(app.outdir) / FOLDER
    for pagename in app.env.found_docs:
        notebook = notebook_of(Path(app.srcdir), pagename)
        if notebook is not None:
            target.mkdir(exist_ok=True)
            shutil.copyfile(notebook, target / notebook.name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión."""
    app.connect("html-page-context", link)
    app.connect("build-finished", copy)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
