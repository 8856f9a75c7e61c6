"""Las piezas del dibujo: cajas con filas, flechas y recuadros, escritas en DOT.

Los rótulos son tablas de Graphviz con el ancho ya decidido: así el texto cabe sea cual sea
la letra del lector. Todo se alinea a la izquierda, porque Graphviz fija el comienzo de cada texto.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from muelle.draw.pieces import labels, theme
from muelle.draw.pieces.labels import fold, markup, quoted

WIDTH = 292  # píxeles útiles dentro de una caja: con márgenes, menos de 360
TITLE, BODY, CODE, SMALL = 14.0, 13.0, 12.5, 12.0
SANS, MONO = "Helvetica", "Courier New"
# Lo que va pegado al borde derecho lleva esta letra: `svg.py` lo reconoce y lo ancla por su final.
RIGHT = "Courier New,derecha"
MARGIN = 8  # píxeles entre el borde de una caja y su texto


def run(
    text: str, size: float = BODY, color: str = "texto", *, mono: bool = False, bold: bool = False
) -> str:
    """Un trozo de texto de una sola línea."""
    face = MONO if mono else SANS
    inside = markup(text) or " "
    if bold:
        inside = f"<B>{inside}</B>"
    return f'<FONT FACE="{face}" POINT-SIZE="{size:g}" COLOR="{theme.color(color)}">{inside}</FONT>'


def row(left: str) -> str:
    """Una fila con un trozo alineado a la izquierda."""
    return f'<TR><TD ALIGN="LEFT">{left}</TD></TR>'


def pair(left: str, right: str, *, wide: float = WIDTH, size: float = CODE, color: str = "texto") -> str:
    """Una fila con un trozo a la izquierda y un texto de ancho fijo pegado al borde derecho."""
    if not right:
        return row(left)
    paint = theme.color(color)
    end = f'<FONT FACE="{RIGHT}" POINT-SIZE="{size:g}" COLOR="{paint}">{markup(right)}</FONT>'
    # Graphviz no reparte entre las celdas el ancho que se pide para una tabla: lo lleva la de la izquierda.
    room = max(0.0, wide - fitted(right, size, mono=True) - 6)
    return row(
        '<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0">'
        f'<TR><TD ALIGN="LEFT" WIDTH="{room:.0f}">{left}</TD><TD ALIGN="RIGHT">{end}</TD></TR></TABLE>'
    )


def rows(
    text: str,
    size: float = BODY,
    color: str = "texto",
    *,
    mono: bool = False,
    bold: bool = False,
    lines: int = 2,
    wide: float = WIDTH,
) -> str:
    """Las filas que ocupa un texto plegado (ninguna si está vacío); lo que no cabe acaba en `…`."""
    if not text:
        return ""
    room = wide / 1.12 if bold else wide
    return "".join(
        row(run(line, size, color, mono=mono, bold=bold))
        for line in fold(text, size, room, lines=lines, mono=mono)
    )


def bar(part: int, whole: int, color: str, wide: float = WIDTH) -> str:
    """Una fila con una barra a escala: `part` de `whole`, sobre todo el ancho."""
    total = int(wide) - 4
    filled = max(2, round(total * part / whole)) if part > 0 and whole > 0 else 0
    filled = min(filled, total)
    cells = [(filled, theme.color(color)), (total - filled, theme.color("barra-fondo"))]
    inside = "".join(
        f'<TD FIXEDSIZE="TRUE" WIDTH="{length}" HEIGHT="5" BGCOLOR="{paint}"></TD>'
        for length, paint in cells
        if length
    )
    return row(f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{inside}</TR></TABLE>')


def table(body: str, wide: float = WIDTH) -> str:
    """Un rótulo entero: sus filas en una tabla sin bordes del ancho dado."""
    ruler = f'<TR><TD FIXEDSIZE="TRUE" WIDTH="{wide:.0f}" HEIGHT="1"></TD></TR>'
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">{body}{ruler}</TABLE>'


def note(text: str, size: float = SMALL) -> str:
    """Un rótulo suelto de una línea, para una flecha."""
    body = row(run(text, size, "suave"))
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="2">{body}</TABLE>'


class Sketch:
    """Un dibujo a medio hacer: reparte los nombres `n0`, `n1`… y reúne las líneas de DOT.

    Args:
        gap: píxeles entre una fila de cajas y la siguiente.
        side: píxeles entre cajas vecinas.
        direction: `TB` de arriba abajo, `BT` de abajo arriba.
    """

    def __init__(self, gap: float = 28, side: float = 14, direction: str = "TB") -> None:
        self._nodes = 0
        self._boxes = 0
        self._lines = [
            "digraph {",
            f"graph [rankdir={direction} bgcolor={quoted(theme.color('papel'))} pad=0.08 compound=true "
            f"ranksep={gap / 72:.3f} nodesep={side / 72:.3f} fontname={quoted(SANS)} splines=true]",
            f"node [shape=box width=0 height=0 penwidth=1.2 fontname={quoted(SANS)} "
            f'margin="{MARGIN / 72:.3f},0.06"]',
            f"edge [color={quoted(theme.color('linea'))} fontname={quoted(SANS)} fontsize={SMALL:g} "
            f"fontcolor={quoted(theme.color('suave'))} penwidth=1.2 arrowsize=0.7]",
        ]

    def node(
        self,
        role: str,
        label: str,
        *,
        tooltip: str = "",
        dashed: bool = False,
        classes: str = "",
        group: str = "",
    ) -> str:
        """Añade una caja y devuelve su nombre.

        Args:
            role: su papel, que da la clase y los colores.
            label: una tabla de `table()`.
            tooltip: el texto entero, si en la caja va plegado.
            classes: clases CSS de más.
            group: las cajas del mismo grupo se alinean en vertical.
        """
        name = f"n{self._nodes}"
        self._nodes += 1
        style = "rounded,filled,dashed" if dashed else "rounded,filled"
        attributes = [
            f"class={quoted(f'{role} {classes}'.strip())}",
            f"fillcolor={quoted(theme.fill(role))}",
            f"color={quoted(theme.border(role))}",
            f'style="{style}"',
            f"label=<{label}>",
        ]
        if tooltip:
            attributes.append(f"tooltip={quoted(tooltip)}")
        if group:
            attributes.append(f"group={quoted(group)}")
        self._lines.append(f"{name} [{' '.join(attributes)}]")
        return name

    def bare(self, label: str, *, group: str = "") -> str:
        """Añade un rótulo sin caja y devuelve su nombre."""
        name = f"n{self._nodes}"
        self._nodes += 1
        extra = f" group={quoted(group)}" if group else ""
        self._lines.append(f'{name} [shape=plain style="" class="rotulo" label=<{label}>{extra}]')
        return name

    def landing(self, count: int) -> str:
        """Añade una franja invisible con `count` sitios iguales (`:p0`, `:p1`…) y devuelve su nombre.

        Con ella, lo que llega de varias cajas queda repartido y centrado.
        """
        wide = WIDTH // count
        cells = "".join(
            f'<TD PORT="p{place}" FIXEDSIZE="TRUE" WIDTH="{wide}" HEIGHT="1"></TD>' for place in range(count)
        )
        return self.bare(
            f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0"><TR>{cells}</TR></TABLE>'
        )

    def edge(self, tail: str, head: str, attributes: str = "") -> None:
        """Añade una flecha con los atributos de DOT que se den."""
        self._lines.append(f"{tail} -> {head} [class=flecha {attributes}]")

    def via(self, tail: str, text: str, head: str, *, back: bool = False, to: str = "") -> None:
        """Añade una flecha vertical interrumpida por un rótulo.

        Args:
            back: si también tiene punta en el comienzo.
            to: recuadro en cuyo borde acaba, en lugar de en la caja.
        """
        middle = self.bare(note(text), group="pila")
        self.edge(tail, middle, "dir=back" if back else "dir=none")
        self.edge(middle, head, f"lhead={to}" if to else "")

    def stack(self, upper: str, lower: str) -> None:
        """Pone una caja sobre otra sin dibujar flecha."""
        self._lines.append(f"{upper} -> {lower} [style=invis weight=20]")

    def level(self, names: list[str]) -> None:
        """Pone varias cajas a la misma altura."""
        self._lines.append("{rank=same; " + "; ".join(names) + "}")

    @contextmanager
    def box(
        self, title: str, subtitles: Sequence[str] = (), role: str = "anfitrion", wide: float = WIDTH
    ) -> Iterator[str]:
        """Recuadro con título alrededor de las cajas que se añadan dentro; da su nombre."""
        name = f"cluster_{self._boxes}"
        self._boxes += 1
        body = rows(title, TITLE, bold=True, wide=wide)
        for subtitle in subtitles:
            body += rows(subtitle, SMALL, "suave", lines=3, wide=wide)
        paint = f"fillcolor={quoted(theme.fill(role))} color={quoted(theme.border(role))}"
        self._lines.append(
            f"subgraph {name} {{ graph [class={quoted(role)} label=<{table(body, wide)}> "
            f'labeljust=l margin=10 style="rounded,filled" {paint} penwidth=1.2]'
        )
        yield name
        self._lines.append("}")

    def dot(self) -> str:
        """El grafo terminado."""
        return "\n".join([*self._lines, "}"]) + "\n"


def fitted(text: str, size: float, *, mono: bool = False) -> float:
    """Ancho en píxeles que pide un texto, redondeado hacia arriba."""
    return float(int(labels.width(labels.clean(text), size, mono=mono)) + 2)
