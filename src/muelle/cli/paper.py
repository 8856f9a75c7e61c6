"""`libro --pdf`: el curso entero en un PDF, con índice, enlaces y números de página, hecho por Chromium.

Los artículos de todas las páginas se juntan en una sola, en el orden de `_toc.yml`; cada identificador lleva
delante el de su página para que no se repita ninguno.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

from muelle.errors import MuelleError

from . import contents
from .paths import ROOT

NAME = "arquitectura-de-docker.pdf"
DEADLINE = 180  # segundos; el curso entero tarda unos diez

_ARTICLE = re.compile(r'<article class="muelle-articulo">(.*?)</article>', re.DOTALL)
_SHEET = re.compile(r'<link rel="stylesheet"[^>]*>')
_ORIGIN = re.compile(r'<p class="muelle-procedencia">.*?</p>', re.DOTALL)
_IDS = re.compile(r'\b(id|for|aria-labelledby|aria-describedby|aria-controls)="([^"]+)"')
_LINK = re.compile(r'href="(?![a-z]+:)([^"#]*?)(?:#([^"]*))?"')

PAGE = """<!DOCTYPE html>
<html lang="es" data-theme="light" data-content_root="../">
<head>
<meta charset="utf-8">
<title>Arquitectura de Docker</title>
{sheets}
<style>
.muelle-hoja {{ break-before: page; }}
.muelle-hoja:first-of-type {{ break-before: auto; }}
@page {{ size: A4; @bottom-right {{ content: counter(page); font: 9pt sans-serif; }} }}
</style>
</head>
<body class="muelle-papel">
<main class="muelle-contenido">
{pages}
</main>
</body>
</html>
"""


def _anchor(page: str) -> str:
    return Path(page).stem


def _sheet(page: str, html: str, pages: list[str]) -> str:
    """El artículo de una página, listo para convivir con los demás."""
    article = _ARTICLE.search(html)
    assert article is not None, page
    prefix, known = _anchor(page), {Path(name).name: _anchor(name) for name in pages}

    def ids(found: re.Match[str]) -> str:
        return f'{found[1]}="{" ".join(f"{prefix}.{name}" for name in found[2].split())}"'

    def link(found: re.Match[str]) -> str:
        target = known.get(Path(found[1]).stem) if found[1] else prefix
        if target is None:
            return ""
        return f'href="#{target}.{found[2]}"' if found[2] else f'href="#{target}"'

    body = _LINK.sub(link, _IDS.sub(ids, article[1]))
    body = re.sub(r"<details(?![^>]*\bopen\b)", "<details open", body)
    origin = _ORIGIN.search(html)
    return f'<section class="muelle-hoja" id="{prefix}">{body}{origin[0] if origin else ""}</section>'


def single_page(site: Path, pages: list[str]) -> str:
    """El curso entero en una página, para imprimir; ha de estar en la carpeta de las demás.

    Args:
        site: la web construida.
        pages: las páginas, sin extensión y en orden.
    """
    texts = {page: (site / f"{page}.html").read_text(encoding="utf-8") for page in pages}
    sheets = dict.fromkeys(sheet for text in texts.values() for sheet in _SHEET.findall(text))
    bodies = (_sheet(page, text, pages) for page, text in texts.items())
    return PAGE.format(sheets="\n".join(sheets), pages="\n".join(bodies))


def pdf(site: Path, chromium: str) -> Path:
    """Escribe el PDF del curso al lado de la web y devuelve su ruta.

    Args:
        site: la web construida.
        chromium: el programa.

    Raises:
        MuelleError: Chromium no lo hizo.
    """
    pages = contents.pages(ROOT / "_toc.yml")
    target = site.parent / NAME
    target.unlink(missing_ok=True)
    # La página junta vive junto a las demás mientras se imprime: así valen sus direcciones relativas.
    whole = site / Path(pages[0]).parent / ".todo.html"
    whole.write_text(single_page(site, pages), encoding="utf-8")
    try:
        with tempfile.TemporaryDirectory(prefix="muelle-chromium-") as profile:
            _print(chromium, profile, whole, target)
    finally:
        whole.unlink()
    if not target.is_file():
        raise MuelleError("Chromium no hizo el PDF: prueba a abrir la web e imprimirla desde el navegador.")
    return target


def _print(chromium: str, profile: str, page: Path, target: Path) -> None:
    command = [
        chromium,
        "--headless=new",
        "--disable-gpu",
        f"--user-data-dir={profile}",
        "--no-pdf-header-footer",
        "--generate-pdf-document-outline",
        f"--print-to-pdf={target}",
        page.as_uri(),
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.insert(1, "--no-sandbox")  # como administrador, Chromium no arranca con él
    try:
        subprocess.run(command, capture_output=True, timeout=DEADLINE, check=False)
    except subprocess.TimeoutExpired:
        raise MuelleError(f"Chromium no acabó el PDF en {DEADLINE} segundos.") from None
