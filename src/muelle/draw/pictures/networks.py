"""Redes: el anfitrión y los contenedores, uno debajo de otro, enchufados a las barras que son las redes."""

from __future__ import annotations

from collections.abc import Sequence

from muelle.draw import units
from muelle.draw.pieces import sketch, theme
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.grid import Grid
from muelle.draw.pieces.labels import fold, quoted
from muelle.draw.pieces.sketch import BODY, MARGIN, SMALL
from muelle.model.network import HOST, Connected, Layout, Network, apart

_WIDE = 126.0  # ancho útil de una caja, en píxeles
_LINE = 18.0  # lo que ocupa una línea de texto
_SPACE = 128.0  # de una barra a la siguiente: cabe una dirección IPv4 entera
_ADDRESS = 11.0  # cuerpo de las direcciones
_PAIRS = 6  # pares sin red en común que se unen con una línea de puntos
_LONGEST = 16  # contenedores que se dibujan

_Line = tuple[str, float, str, bool]  # texto, cuerpo, color, negrita


def networks(layout: Layout) -> Diagram:
    """Dibuja quién está en cada red, con qué dirección, y quién no comparte ninguna con quién.

    El anfitrión es uno más: en cada red de tipo `bridge` tiene su dirección, la de la puerta de enlace.

    Args:
        layout: las redes y los contenedores, como los describe el motor.
    """
    grid = Grid()
    bars = {each.id: _WIDE / 2 + MARGIN + _SPACE * (place + 1) for place, each in enumerate(layout.networks)}
    top = _headers(grid, layout.networks, bars)
    shown = layout.containers[:_LONGEST]
    ends = dict.fromkeys(bars, top)
    y = top
    gates = [(each.id, each.gateway) for each in layout.networks if each.gateway]
    if layout.networks:
        y = _machine(grid, "anfitrion", [("Anfitrión", BODY, "texto", True)], gates, bars, ends, y)
    middles: dict[str, float] = {}
    for each in shown:
        here = {plug.network: plug.address for plug in each.plugs}
        plugs = [(network, here[network]) for network in bars if network in here]
        start = y
        role = "proceso" if each.running else "metadatos"
        y = _machine(grid, role, _words(each), plugs, bars, ends, y, dashed=not each.running)
        middles[each.id] = (start + y) / 2 - 7
    for identifier, x in bars.items():
        bar = f"dir=none penwidth=5 color={quoted(theme.border('red'))}"
        grid.link((x, top - 12), (x, max(ends[identifier], top + 4)), bar)
    _gaps(grid, [pair for pair in _apart(layout) if pair[1].id in middles], middles)
    if len(layout.containers) > len(shown):
        grid.text([(_more(layout), SMALL, "suave", False)], -_WIDE / 2, y)
    return Diagram(_title(layout), grid.dot(), tuple(_told(layout)))


def _headers(grid: Grid, networks: Sequence[Network], bars: dict[str, float]) -> float:
    """Escribe el nombre y las direcciones de cada red encima de su barra; devuelve la altura libre."""
    tallest = 0.0
    for each in networks:
        wide = _SPACE - 2 * MARGIN - 6
        body = sketch.rows(each.name, SMALL, bold=True, wide=wide)
        body += sketch.rows(_kind(each), _ADDRESS, "suave", wide=wide, mono=True)
        lines = len(fold(each.name, SMALL, wide / 1.12, lines=2))
        lines += len(fold(_kind(each), _ADDRESS, wide, lines=2, mono=True))
        grid.node("red", sketch.table(body, wide), bars[each.id], lines * _LINE / 2)
        tallest = max(tallest, lines * _LINE)
    return tallest + 24 if networks else 0.0


def _machine(
    grid: Grid,
    role: str,
    words: Sequence[_Line],
    plugs: Sequence[tuple[str, str]],
    bars: dict[str, float],
    ends: dict[str, float],
    y: float,
    *,
    dashed: bool = False,
) -> float:
    """Dibuja una máquina con sus cables y devuelve la altura libre; `ends`, hasta dónde llega cada barra."""
    body = "".join(sketch.row(sketch.run(text, size, color, bold=bold)) for text, size, color, bold in words)
    tall = max(len(words) * _LINE + 12, len(plugs) * 22 + 8)
    middle = y + tall / 2
    grid.node(role, sketch.table(body, _WIDE), 0, middle, dashed=dashed)
    edge = _WIDE / 2 + MARGIN
    for place, (network, address) in enumerate(plugs):
        level = middle + 22 * (place - (len(plugs) - 1) / 2) + 4
        x = bars[network]
        ends[network] = max(ends[network], level + 8)
        cable = f"arrowhead=dot arrowsize=0.6 color={quoted(theme.border('red'))}"
        grid.link((edge, level), (x + 4, level), cable)
        wide = sketch.fitted(address, _ADDRESS, mono=True)
        grid.text([(address, _ADDRESS, "texto", True)], x - wide - 8, level - 18)
    return y + tall + 14


def _words(container: Connected) -> list[_Line]:
    """Lo que va en la caja de un contenedor."""
    room = _WIDE / 1.12
    lines: list[_Line] = [(line, BODY, "texto", True) for line in fold(container.name, BODY, room, lines=2)]
    for text in _notes(container):
        lines += [(line, _ADDRESS, "suave", False) for line in fold(text, _ADDRESS, _WIDE, lines=2)]
    return lines


def _notes(container: Connected) -> list[str]:
    if not container.running:
        return ["no está en marcha"]
    notes = []
    if container.borrows:
        notes.append(
            "usa la red del anfitrión" if container.borrows == HOST else f"red de {container.borrows}"
        )
    elif not container.plugs:
        notes.append("sin red: solo él mismo")
    aliases = dict.fromkeys(alias for plug in container.plugs for alias in plug.aliases)
    notes += [f"también {alias}" for alias in aliases]
    return notes + [f"{each.host} → {each.port.removesuffix('/tcp')}" for each in container.published]


def _gaps(grid: Grid, pairs: Sequence[tuple[Connected, Connected]], middles: dict[str, float]) -> None:
    """Une con puntos, por la izquierda, los pares que no comparten ninguna red."""
    style = f"dir=none style=dotted color={quoted(theme.color('borrado'))}"
    edge = -_WIDE / 2 - MARGIN
    for place, (one, other) in enumerate(pairs[:_PAIRS]):
        x = edge - 16 - 18 * place
        start, end = (middles[each.id] + 3 * place for each in (one, other))
        grid.link((edge, start), (x, start), style)
        grid.link((x, start), (x, end), style)
        grid.link((x, end), (edge, end), style)
        grid.text([("✗", BODY, "borrado", False)], x - 6, (start + end) / 2 - 9)


def _apart(layout: Layout) -> list[tuple[Connected, Connected]]:
    """Los pares sin red en común; de quien no tiene ninguna ya lo dice su caja."""
    return [pair for pair in apart(layout.containers) if all(each.plugs or each.borrows for each in pair)]


def _kind(network: Network) -> str:
    inside = "interna" if network.internal else ""
    return " ".join(part for part in (network.subnet or network.driver, inside) if part)


def _title(layout: Layout) -> str:
    if not layout.networks:
        return "Contenedores sin red"
    names = ", ".join(each.name for each in layout.networks)
    return f"La red {names}" if len(layout.networks) == 1 else f"Las redes {names}"


def _more(layout: Layout) -> str:
    return f"… {units.count(len(layout.containers) - _LONGEST, 'contenedor', 'contenedores')} más"


def _told(layout: Layout) -> list[str]:
    lines: list[str] = []
    for network in layout.networks:
        gate = f"; el anfitrión es {network.gateway}" if network.gateway else "; el anfitrión no está en ella"
        lines.append(f"La red {network.name} ({_kind(network)}{gate}):")
        inside = [
            (each, plug) for each in layout.containers for plug in each.plugs if plug.network == network.id
        ]
        for container, plug in inside:
            also = f", también llamado {', '.join(plug.aliases)}" if plug.aliases else ""
            lines.append(f"  {container.name}{also}, en {plug.address}")
        if not inside:
            lines.append("  ningún contenedor en marcha")
    for each in layout.containers:
        if not each.running or each.borrows or not each.plugs:
            lines.append(f"{each.name}: {_notes(each)[0]}")
        lines += [
            f"{each.name}: {port.host} del anfitrión lleva a su puerto {port.port}" for port in each.published
        ]
    lines += [f"No comparten ninguna red: {one.name} y {other.name}" for one, other in _apart(layout)]
    return lines
