"""Páginas ligeras y sin otros servidores: cada una carga solo lo que usa.

El tema trae Bootstrap, FontAwesome (531 KB comprimido) y sus propios programas; aquí los sustituyen
`_estilo/sitio.css`, `_estilo/sitio.js` e iconos SVG en las plantillas. Esta extensión deja en cada página la
lista mínima de estilos y programas, y al final borra de la carpeta construida lo que ninguna página nombra.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

STYLE = Path(__file__).parent.parent / "_estilo"

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
# Lo que los temas copian a `_static/` y ninguna página usa.
UNUSED = (
    *("scripts", "styles", "vendor", "images", "locales", "webpack-macros.html", "sbt-webpack-macros.html"),
    *(
        "plantillas",
        "idioma",
        ".gitignore",
        "basic.css",
        "mystnb.css",
        "mystnb.*.css",
    ),
    *("file.png", "plus.png", "minus.png", "base-stemmer.js", "spanish-stemmer.js"),
    # El buscador de Sphinx: el nuestro es `_estilo/buscador.js`.
    *("searchtools.js", "doctools.js", "documentation_options.js", "sphinx_highlight.js", "translations.js"),
)


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
    files = sorted(path for path in STYLE.rglob("*") if path.is_file())
    now = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files]
    before, env.muelle_estilo = getattr(env, "muelle_estilo", now), now  # type: ignore[attr-defined]
    return [] if before == now else sorted(env.found_docs)


def prune(app: Sphinx, error: Exception | None) -> None:
    """Borra de `_static/` lo que ninguna página nombra (3 MB menos en el zip)."""
    if error is not None or app.builder.format != "html":
        return
    static = Path(app.outdir) / "_static"
    for pattern in UNUSED:
        for path in static.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
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
