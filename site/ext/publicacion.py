"""Lo que rodea al libro: la portada en `index.html`, la página 404, el mapa del sitio y las redirecciones.

Las direcciones viejas están en `redirecciones.yml`. El mapa y la tarjeta social llevan direcciones completas:
se hacen solo si la configuración dice dónde se publica (`html: baseurl`).
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.osutil import relative_uri

REDIRECTS = Path(__file__).parent / "redirecciones.yml"

# El programa conserva el apartado (`#…`) de un enlace viejo; sin JavaScript lleva, al menos, a la página.
JUMP = Path(__file__).with_name("salto.html").read_text(encoding="utf-8")


def description_of(doctree: nodes.document, limit: int = 155) -> str:
    """El primer párrafo de una página, para buscadores y tarjetas.

    Args:
        doctree: la página.
        limit: caracteres; se corta en una palabra.
    """
    for paragraph in doctree.findall(nodes.paragraph):
        if not isinstance(paragraph.parent, nodes.section) or paragraph.get("classes"):
            continue
        text = " ".join(paragraph.astext().split())
        return text if len(text) <= limit else f"{text[:limit].rsplit(' ', 1)[0]}…"
    return ""


def describe(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object) -> None:  # noqa: ARG001
    """Pone en el contexto la descripción y la dirección pública de la página."""
    base = app.config.html_baseurl
    context["direccion"] = f"{base.rstrip('/')}/" if base else ""
    if isinstance(doctree, nodes.document):
        title = app.env.titles[pagename].astext()
        context["descripcion"] = description_of(doctree) or f"{title}, en el curso {app.config.html_title}."
        context["es_portada"] = pagename == app.config.root_doc


def not_found(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """La página 404. Se sirve desde cualquier carpeta: sus enlaces parten de la raíz del sitio."""
    home = urlsplit(app.config.html_baseurl).path.rstrip("/") + "/"
    yield "404", {"inicio": home + app.builder.get_target_uri(app.config.root_doc)}, "404.html"


def jump(source: str, target: str, title: str) -> str:
    """El HTML de una dirección que lleva a otra.

    Args:
        source, target: direcciones dentro del sitio.
        title: el título de la página de destino.
    """
    return JUMP.format(url=escape(relative_uri(source, target)), title=escape(title))


def write_redirects(app: Sphinx) -> None:
    """Escribe la portada y las direcciones viejas.

    Raises:
        ExtensionError: una redirección lleva a una página que no existe o tapa una que existe.
    """
    table: dict[str, str] = yaml.safe_load(REDIRECTS.read_text(encoding="utf-8")) or {}
    for old, new in {**table, "index": app.config.root_doc}.items():
        if old == new:
            continue
        if new not in app.env.titles or old in app.env.titles:
            raise ExtensionError(f"La redirección «{old}: {new}» no vale: mira «{REDIRECTS.name}».")
        path = Path(app.outdir) / f"{old}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        uri = app.builder.get_target_uri
        path.write_text(jump(f"{old}.html", uri(new), app.env.titles[new].astext()), encoding="utf-8")


def write_map(app: Sphinx) -> None:
    """Escribe `sitemap.xml` y `robots.txt`, si se sabe dónde se publica el sitio."""
    out = Path(app.outdir)
    if not app.config.html_baseurl:
        return
    base = app.config.html_baseurl.rstrip("/")
    pages = sorted(app.env.found_docs)
    urls = "".join(
        f"<url><loc>{escape(f'{base}/{app.builder.get_target_uri(page)}')}</loc></url>\n" for page in pages
    )
    out.joinpath("sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n',
        encoding="utf-8",
    )
    out.joinpath("robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {base}/sitemap.xml\n", encoding="utf-8"
    )


def finish(app: Sphinx, error: Exception | None) -> None:
    """Al acabar bien una construcción en HTML, escribe lo que rodea al libro."""
    if error is None and app.builder.format == "html":
        write_redirects(app)
        write_map(app)


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión."""
    app.connect("html-page-context", describe)
    app.connect("html-collect-pages", not_found)
    app.connect("build-finished", finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
