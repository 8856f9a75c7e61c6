"""Páginas ligeras y sin otros servidores: cada una carga solo lo que usa.

El tema trae Bootstrap, FontAwesome (531 KB comprimido) y sus propios programas; aquí los sustituyen
`site/theme/sitio.css`, `site/js/sitio.js` e iconos SVG en las plantillas. Esta extensión deja en cada página
la lista mínima de estilos y programas, y al final borra de la carpeta construida lo que ninguna página
nombra.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

SITE = Path(__file__).parent.parent
LOOKS = (SITE / "theme", SITE / "js")
"""Lo que se copia tal cual a `_static/`."""
TEMPLATES = SITE / "plantillas"

# Fichero -> lo que ha de haber en la página para que se cargue ("" : siempre).
STYLES = {
    "pygments.css": 'class="highlight',
    "sitio.css": "",
    "sphinx-design.min.css": 'class="sd-',
}
SCRIPTS = {
    "sitio.js": "",
    "design-tabs.js": "sd-tab-set",
}
NAMED = re.compile(r"_static/([\w./-]+)")
"""Cómo nombra una página un archivo de `_static/`."""


def keep(asset: object, rules: dict[str, str], body: str) -> bool:
    """Si un estilo o programa hace falta en una página.

    Args:
        asset: lo que Sphinx pone en `css_files` o `script_files`.
        rules: `STYLES` o `SCRIPTS`.
        body: el HTML del cuerpo de la página.
    """
    filename = getattr(asset, "filename", asset)
    if filename is None:
        # Un bloque escrito en la página: el estado de los controles y los programas de los temas.
        return False
    needs = rules.get(Path(str(filename)).name)
    return needs is not None and needs in body


def choose(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:  # noqa: ARG001
    """Deja en el contexto de la página los estilos y programas que necesita."""
    body = context.get("body") or ""
    context["css_files"] = [css for css in context["css_files"] if keep(css, STYLES, body)]
    context["script_files"] = [js for js in context["script_files"] if keep(js, SCRIPTS, body)]


def restyle(app: Sphinx, env: BuildEnvironment) -> list[str]:  # noqa: ARG001
    """Si cambió la apariencia, vuelve a escribir las páginas (sin volver a ejecutarlas)."""
    files = sorted(path for folder in (*LOOKS, TEMPLATES) for path in folder.rglob("*") if path.is_file())
    now = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files]
    before, env.muelle_estilo = getattr(env, "muelle_estilo", now), now  # type: ignore[attr-defined]
    return [] if before == now else sorted(env.found_docs)


def prune(app: Sphinx, error: Exception | None) -> None:
    """Borra de `_static/` lo que copian los temas y ninguna página nombra (3 MB menos en el zip).

    Lo nuestro se queda: quien reparte el sitio, o lo enlaza desde fuera, cuenta con ello.
    """
    if error is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    static = out / "_static"
    wanted = {path.relative_to(folder).as_posix() for folder in LOOKS for path in folder.rglob("*")}
    pages = [
        page for page in out.rglob("*.html") if static not in page.parents
    ]  # allí hay trozos de plantilla
    for page in pages:
        wanted.update(NAMED.findall(page.read_text(encoding="utf-8")))
    for path in sorted(static.rglob("*"), reverse=True):  # antes lo de dentro que su carpeta
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(static).as_posix() not in wanted:
            path.unlink()


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión."""
    # Jupyter Book da valor a esta opción aunque la extensión de comentarios no se cargue.
    app.add_config_value("comments_config", {}, "")
    # Después de todas las que añaden estilos y programas.
    app.connect("html-page-context", choose, priority=900)
    app.connect("env-updated", restyle)
    app.connect("build-finished", prune, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
