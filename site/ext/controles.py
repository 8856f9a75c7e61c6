"""Los controles de los capítulos (ipywidgets) llegan al sitio en su forma estática.

Un control sin un motor al lado se mueve y no contesta. En la página va la forma estática que cada control de
`muelle.widgets` trae consigo: HTML que se pliega sin JavaScript. Así ninguna página carga los programas de
ipywidgets, que pesan 450 KB. Que se prefiera el HTML lo dice `nb_mime_priority_overrides` en `_config.yml`.
"""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx
from sphinx.util import logging

LIVE = "application/vnd.jupyter.widget-view+json"
logger = logging.getLogger(__name__)


def refuse(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:  # noqa: ARG001
    """Avisa, y con eso la construcción falla, si un control llega vivo a una página: saldría en blanco."""
    if LIVE in (context.get("body") or ""):
        logger.warning("«%s» tiene un control sin forma estática: dale un `_repr_html_`.", pagename)


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión."""
    app.connect("html-page-context", refuse)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
