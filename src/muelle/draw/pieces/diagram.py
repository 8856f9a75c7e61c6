"""Un diagrama: el dibujo y su texto alternativo, hechos de los mismos datos."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from html import escape

from muelle.draw.pieces import render, svg
from muelle.draw.pieces.labels import clean

# El mismo dibujo puede salir dos veces en una página, y dos elementos no pueden tener un mismo id.
_shown: Counter[str] = Counter()


@dataclass(frozen=True)
class Diagram:
    """Un dibujo de Graphviz que se muestra solo en un cuaderno o en el libro.

    Args:
        title: nombre corto en español; es el `<title>` del dibujo y el pie de la figura.
        dot: el grafo en lenguaje DOT, con nodos `n0`, `n1`… y colores de `theme.PALETTE`.
        text: el texto alternativo, por líneas; dice lo mismo que el dibujo.
    """

    title: str
    dot: str
    text: tuple[str, ...]

    def svg(self) -> str:
        """El dibujo como elemento `<svg>` para una página. El resultado es siempre el mismo.

        Raises:
            MissingTool: no está instalado Graphviz.
        """
        return self._dressed(self._ident())

    def png(self) -> bytes:
        """El dibujo como PNG, en los colores claros.

        Raises:
            MissingTool: no está instalado Graphviz.
        """
        return render.pipe(self.dot, "png")

    def plain(self) -> str:
        """El título y el texto alternativo, para quien no ve el dibujo."""
        return "\n".join((clean(self.title), *self._lines()))

    def _ident(self) -> str:
        return "mu" + sha256(f"{self.title}\0{self.dot}".encode("utf-8", "replace")).hexdigest()[:10]

    def _lines(self) -> list[str]:
        # La sangría de una línea dice de qué forma parte: se conserva.
        return [" " * (len(line) - len(line.lstrip(" "))) + clean(line.lstrip(" ")) for line in self.text]

    def _dressed(self, ident: str) -> str:
        return svg.dress(render.pipe(self.dot, "svg"), ident, clean(self.title), "\n".join(self._lines()))

    def _repr_html_(self) -> str:
        ident = self._ident()
        _shown[ident] += 1
        if _shown[ident] > 1:
            ident = f"{ident}-{_shown[ident]}"
        drawing = self._dressed(ident)
        title = escape(clean(self.title))
        scroll = ""
        if svg.width_of(ET.fromstring(drawing)) > svg.NARROW:
            scroll = f' tabindex="0" role="group" aria-label="{title}"'
        return (
            '<figure class="muelle-diagrama" style="margin:1.2em 0">'
            f'<div class="muelle-lienzo" style="overflow-x:auto;max-width:100%"{scroll}>{drawing}</div>'
            f'<figcaption style="text-align:start;margin:.4em 0;overflow-wrap:anywhere">{title}'
            "<details><summary>El diagrama en texto</summary>"
            '<pre style="white-space:pre-wrap;overflow-wrap:anywhere">'
            f"{escape(chr(10).join(self._lines()))}</pre></details></figcaption></figure>"
        )

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:  # noqa: ARG002
        return {"text/html": self._repr_html_(), "text/plain": self.plain()}
