"""Los controles de los capítulos (ipywidgets), sin otros servidores y solo cuando alguien los pide.

El programa que los dibuja pesa 450 KB comprimido. Va en `_estilo/controles/`, con su licencia y la orden que
lo renueva, porque al construir no siempre hay npm ni red. Delante de cada control, la página lleva un
botón que lo carga (`_estilo/sitio.js`).
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

VIEW = '<script type="application/vnd.jupyter.widget-view+json">'
ASK = """<div class="muelle-controles">
<p>Aquí hay controles. Sin un motor al lado se mueven, pero no vuelven a calcular.</p>
<button type="button" class="muelle-accion">Mostrar los controles</button>
</div>
"""


def offer(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:  # noqa: ARG001
    """Pone el botón delante de cada control de la página."""
    body = context.get("body")
    if body and VIEW in body:
        context["body"] = body.replace(VIEW, ASK + VIEW)


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión."""
    app.connect("html-page-context", offer)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
