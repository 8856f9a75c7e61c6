"""El tema del curso (`site/theme/`), y lo que sus plantillas necesitan saber de cada página.

Cada página carga solo lo que usa: las extensiones añaden sus estilos y programas a todas.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docutils import nodes
from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.environment import BuildEnvironment
from sphinx.environment.adapters.toctree import TocTree
from sphinx.transforms.post_transforms import SphinxPostTransform

SITE = Path(__file__).parent.parent
THEME = SITE / "theme"
LOOKS = (THEME, SITE / "js")
"""De qué depende el aspecto de una página."""

LOADED = {"sitio.css": "", "sitio.js": "", "pygments.css": 'class="highlight'}
"""Los estilos y programas de una página, y lo que ha de haber en ella para que se carguen («»: siempre)."""


def keep(asset: object, body: str) -> bool:
    """Si un estilo o programa hace falta en una página.

    Args:
        asset: lo que Sphinx pone en `css_files` o `script_files`.
        body: el HTML del cuerpo de la página.
    """
    filename = getattr(asset, "filename", asset)
    if filename is None:
        # Un bloque escrito en la página: el estado de los controles.
        return False
    needs = LOADED.get(Path(str(filename)).name)
    return needs is not None and needs in body


def choose(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:  # noqa: ARG001
    """Deja en el contexto de la página los estilos y programas que necesita."""
    body = context.get("body") or ""
    for kind in ("css_files", "script_files"):
        context[kind] = [asset for asset in context[kind] if keep(asset, body)]


def levelled(html: str) -> str:
    """El HTML, con el nivel de los títulos de las partes del índice: Sphinx dice que lo son, y no de cuál."""
    return html.replace('role="heading"', 'role="heading" aria-level="2"')


def describe(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:  # noqa: ARG001
    """Pone en el contexto el título de la portada y los apartados de la página, y mejora lo que ya tenía."""
    assert isinstance(app.builder, StandaloneHTMLBuilder)
    toctree = context["toctree"]
    context["toctree"] = lambda **options: levelled(toctree(**options))
    context["body"] = levelled(context.get("body", ""))
    context["titulo_portada"] = app.env.titles[app.config.root_doc].astext()
    if isinstance(doctree, nodes.document):
        contents = TocTree(app.env).get_toc_for(pagename, app.builder)
        below = [part for title in contents for part in title if isinstance(part, nodes.bullet_list)]
        context["apartados"] = "".join(app.builder.render_partial(part)["fragment"] for part in below)


def restyle(app: Sphinx, env: BuildEnvironment) -> list[str]:  # noqa: ARG001
    """Si cambió la apariencia, vuelve a escribir las páginas (sin volver a ejecutarlas)."""
    files = sorted(path for folder in LOOKS for path in folder.rglob("*") if path.is_file())
    now = [(path.name, path.stat().st_mtime_ns, path.stat().st_size) for path in files]
    before, env.muelle_estilo = getattr(env, "muelle_estilo", now), now  # type: ignore[attr-defined]
    return [] if before == now else sorted(env.found_docs)


class Tables(SphinxPostTransform):
    """Una tabla que no cabe se desplaza dentro de su caja, y no la página entera."""

    default_priority = 220
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:  # noqa: ARG002
        """Mete cada tabla en su caja."""
        for table in list(self.document.findall(nodes.table)):
            box = nodes.container(classes=["muelle-ancha"])
            table.parent.replace(table, box)
            box += table


def colours(formatter: HtmlFormatter[str], mode: str) -> Iterator[str]:
    """Las reglas que colorean el código en un modo de la página.

    Args:
        formatter: con el estilo de Pygments de ese modo.
        mode: `light` o `dark`.
    """
    prefix = f'html[data-theme="{mode}"] .highlight'
    yield from formatter.get_background_style_defs(prefix)
    yield from formatter.get_token_style_defs(prefix)


def write_colours(app: Sphinx, error: Exception | None) -> None:
    """Escribe `pygments.css` con los dos modos: quien lee elige, y Sphinx solo sabe del modo del sistema."""
    builder = app.builder
    if error is not None or not isinstance(builder, StandaloneHTMLBuilder) or not builder.dark_highlighter:
        return
    light, dark = builder.highlighter.get_formatter(), builder.dark_highlighter.get_formatter()
    static = Path(app.outdir, "_static")
    static.joinpath("pygments_dark.css").unlink(missing_ok=True)
    rules = [*colours(light, "light"), *colours(dark, "dark")]
    static.joinpath("pygments.css").write_text("\n".join(rules) + "\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión."""
    app.add_html_theme("muelle", str(THEME))
    # Jupyter Book da valor a esta opción aunque la extensión de comentarios no se cargue.
    app.add_config_value("comments_config", {}, "")
    app.add_post_transform(Tables)
    app.connect("html-page-context", describe)
    # Después de todas las que añaden estilos y programas.
    app.connect("html-page-context", choose, priority=900)
    app.connect("env-updated", restyle)
    app.connect("build-finished", write_colours)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
