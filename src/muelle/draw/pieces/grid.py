"""Dibujos con cada cosa en su sitio exacto: Graphviz solo pinta, no decide dónde."""

from __future__ import annotations

from collections.abc import Sequence

from muelle.draw.pieces import sketch, theme
from muelle.draw.pieces.labels import quoted
from muelle.draw.pieces.sketch import MARGIN, SANS


class Grid:
    """Un dibujo a medio hacer con coordenadas en píxeles; `y` crece hacia abajo.

    Graphviz pinta primero las flechas si se le pide (`outputorder`), y así los rótulos,
    que llevan el fondo del papel, quedan por encima de las líneas que cruzan.
    """

    def __init__(self) -> None:
        self._nodes = 0
        self._lines = [
            "digraph {",
            f"graph [layout=neato inputscale=72 outputorder=edgesfirst splines=line notranslate=true "
            f"bgcolor={quoted(theme.color('papel'))} pad=0.1]",
            f"node [shape=box width=0 height=0 penwidth=1.2 fontname={quoted(SANS)} "
            f'margin="{MARGIN / 72:.3f},0.05"]',
            f"edge [color={quoted(theme.color('linea'))} penwidth=1.2 arrowsize=0.7]",
        ]

    def node(
        self, role: str, label: str, x: float, y: float, *, width: float = 1.2, dashed: bool = False
    ) -> str:
        """Añade una caja centrada en (x, y) y devuelve su nombre.

        Args:
            role: su papel, que da la clase y los colores.
            label: una tabla de `sketch.table()`.
            width: grosor del borde.
        """
        style = "rounded,filled,dashed" if dashed else "rounded,filled"
        name = self._name()
        self._lines.append(
            f'{name} [class={quoted(role)} style="{style}" '
            f"fillcolor={quoted(theme.fill(role))} color={quoted(theme.border(role))} penwidth={width:g} "
            f'label=<{label}> pos="{x:.1f},{-y:.1f}!"]'
        )
        return name

    def text(self, lines: Sequence[tuple[str, float, str, bool]], x: float, y: float) -> None:
        """Escribe líneas desde la esquina (x, y), sobre el fondo del papel.

        Args:
            lines: (texto, cuerpo, color, ancho fijo) de cada una.
        """
        body = "".join(
            sketch.row(sketch.run(text, size, color, mono=mono)) for text, size, color, mono in lines
        )
        wide = max(sketch.fitted(text, size, mono=mono) for text, size, _, mono in lines)
        tall = 17 * len(lines)
        paper = theme.color("papel")
        ruler = f'<TR><TD FIXEDSIZE="TRUE" WIDTH="{wide:.0f}" HEIGHT="1"></TD></TR>'
        label = (
            f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1" BGCOLOR="{paper}">'
            f"{body}{ruler}</TABLE>"
        )
        self._lines.append(
            f"{self._name()} [shape=plain class=rotulo label=<{label}> "
            f'pos="{x + wide / 2:.1f},{-(y + tall / 2):.1f}!"]'
        )

    def point(self, x: float, y: float) -> str:
        """Añade un punto invisible y devuelve su nombre."""
        name = self._name()
        self._lines.append(f'{name} [shape=point style=invis width=0 label="" pos="{x:.1f},{-y:.1f}!"]')
        return name

    def arrow(self, start: float, end: float, y: float, *, dashed: bool = False) -> None:
        """Añade una flecha horizontal de `start` a `end` (píxeles)."""
        self.link((start, y), (end, y), "style=dashed" if dashed else "")

    def link(self, start: tuple[float, float], end: tuple[float, float], attributes: str = "") -> None:
        """Añade una flecha recta entre dos puntos, con los atributos de DOT que se den."""
        self._lines.append(f"{self.point(*start)} -> {self.point(*end)} [class=flecha {attributes}]")

    def line(self, x: float, top: float, bottom: float) -> None:
        """Añade una línea vertical fina."""
        tail, head = self.point(x, top), self.point(x, bottom)
        self._lines.append(f"{tail} -> {head} [class=vida dir=none style=dotted]")

    def dot(self) -> str:
        """El grafo terminado."""
        return "\n".join([*self._lines, "}"]) + "\n"

    def _name(self) -> str:
        name = f"n{self._nodes}"
        self._nodes += 1
        return name
