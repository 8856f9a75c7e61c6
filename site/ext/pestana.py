"""El botón de ejecutar: con `libro --pestana`, las páginas con celdas cargan quien lo ofrece."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

LOADER = "pestana/cargador.js"


def offer(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:  # noqa: ARG001
    """Da a la plantilla la dirección del cargador en las páginas que tienen alguna celda."""
    if app.config.muelle_pestana and 'class="cell docutils' in (context.get("body") or ""):
        context["pestana"] = context["pathto"](LOADER, resource=True)


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión."""
    app.add_config_value("muelle_pestana", False, "html", [bool])
    app.connect("html-page-context", offer)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
