"""El canal Atom del curso, hecho con los apartados de `book/novedades.md`: `## día de mes de año: título`."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

from babel.dates import get_month_names
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

PAGE = "book/novedades"
HEADING = re.compile(r"^(\d{1,2}) de ([a-z]+) de (\d{4}): (.+)$")
MONTHS = {name: number for number, name in get_month_names("wide", locale="es").items()}


@dataclass(frozen=True)
class News:
    """Una novedad.

    Args:
        day: cuándo.
        title: el título, sin la fecha.
        text: lo que dice.
        anchor: el identificador de su apartado en la página.
    """

    day: date
    title: str
    text: str
    anchor: str


def read(doctree: nodes.document) -> list[News]:
    """Las novedades de la página, en el orden en que están.

    Raises:
        ExtensionError: un apartado no empieza por su fecha, o la fecha no existe.
    """
    found = []
    for section in doctree.findall(nodes.section):
        if not isinstance(section.parent, nodes.section):
            continue
        heading = section[0].astext()
        parts = HEADING.match(heading)
        try:
            if parts is None:
                raise ValueError
            day = date(int(parts[3]), MONTHS[parts[2]], int(parts[1]))
        except (ValueError, KeyError):
            raise ExtensionError(
                f"En {PAGE}.md, «{heading}» no es una novedad: escribe «4 de mayo de 2027: título»."
            ) from None
        text = "\n\n".join(" ".join(part.astext().split()) for part in section.findall(nodes.paragraph))
        found.append(News(day, parts[4], text, section["ids"][0]))
    return found


def atom(title: str, news: list[News], base: str) -> str:
    """El canal.

    Args:
        title: el título del curso.
        news: las novedades; al menos una.
        base: dónde se publica el sitio, acabada en «/»; "" si no se sabe: entonces los enlaces son relativos.
    """
    folder = f"{base}book/" if base else ""
    entries = []
    for item in news:
        name = uuid.uuid5(uuid.NAMESPACE_URL, f"muelle/{item.day}/{item.title}")
        entries.append(
            f"<entry><id>urn:uuid:{name}</id><title>{escape(item.title)}</title>"
            f"<updated>{item.day}T00:00:00Z</updated>"
            f'<link href="{escape(f"{folder}novedades.html#{item.anchor}")}"/>'
            f"<summary>{escape(item.text)}</summary></entry>\n"
        )
    newest = max(item.day for item in news)
    feed = uuid.uuid5(uuid.NAMESPACE_URL, f"muelle/{title}")
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es">\n'
        f"<id>urn:uuid:{feed}</id><title>{escape(title)}</title>\n"
        f"<author><name>{escape(title)}</name></author><updated>{newest}T00:00:00Z</updated>\n"
        f'<link rel="self" href="{escape(folder)}novedades.xml"/>\n{"".join(entries)}</feed>\n'
    )


def write(app: Sphinx, error: Exception | None) -> None:
    """Escribe `novedades.xml` al lado de su página."""
    if error is not None or app.builder.format != "html" or PAGE not in app.env.found_docs:
        return
    base = app.config.html_baseurl
    feed = atom(
        app.config.html_title, read(app.env.get_doctree(PAGE)), f"{base.rstrip('/')}/" if base else ""
    )
    Path(app.outdir, f"{PAGE}.xml").write_text(feed, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Registra la extensión."""
    app.connect("build-finished", write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
