"""La conversación entre cliente y demonio como diagrama de secuencia."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from muelle.draw import units
from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.grid import Grid
from muelle.draw.pieces.labels import fold
from muelle.draw.pieces.sketch import BODY, CODE, SMALL
from muelle.model.conversation import Conversation, Exchange

_LANES = (42.0, 172.0, 302.0)  # x de cliente, API REST y demonio, en píxeles
_NAMES = (("cliente", "Cliente"), ("api", "API REST"), ("demonio", "Demonio"))
_ROOM = _LANES[2] - _LANES[0] - 24  # ancho para escribir entre la primera línea y la última
_LONG_ID = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
_LIMIT = 14  # turnos que se dibujan
_LAST = 3  # de ellos, los que se guardan para el final


@dataclass(frozen=True)
class _Turn:
    """Un intercambio, con las veces seguidas que se repitió igual; o un hueco si `exchange` es None."""

    exchange: Exchange | None
    times: int


def conversation(conv: Conversation) -> Diagram:
    """Dibuja cada petición como una flecha hasta el demonio y cada respuesta como una de vuelta.

    Los intercambios iguales y seguidos se dibujan una vez con su número (`× 12`);
    de una conversación muy larga quedan el principio y el final.

    Args:
        conv: lo grabado.
    """
    turns = _turns(conv.exchanges)
    grid = Grid()
    _heads(grid)
    y = 40.0
    for turn in turns:
        y = _draw(grid, turn, y)
    _lifelines(grid, y)
    return Diagram(f"La conversación de «{conv.title}»", grid.dot(), tuple(_text(conv, turns)))


def request_line(exchange: Exchange) -> str:
    """`POST /containers/create?name=web`, sin la versión de la API y con los identificadores cortos."""
    query = f"?{exchange.query}" if exchange.query else ""
    return _LONG_ID.sub(r"\1", f"{exchange.method} {exchange.path}{query}")


def answer_line(exchange: Exchange) -> str:
    """`201 Created · 88 B · 12 ms`."""
    if not exchange.status:
        return "sin respuesta"
    parts = [f"{exchange.status} {exchange.reason}".strip()]
    if exchange.upgraded:
        parts.append(f"la conexión pasa a {exchange.upgraded}")
    if exchange.response_bytes:
        parts.append(units.size(exchange.response_bytes))
    parts.append(units.seconds(exchange.duration))
    return " · ".join(parts)


def _turns(exchanges: Sequence[Exchange]) -> list[_Turn]:
    turns: list[_Turn] = []
    for exchange in exchanges:
        last = turns[-1] if turns else None
        if last and last.exchange and _same(last.exchange, exchange):
            turns[-1] = _Turn(last.exchange, last.times + 1)
        else:
            turns.append(_Turn(exchange, 1))
    if len(turns) <= _LIMIT:
        return turns
    left_out = sum(turn.times for turn in turns[_LIMIT - _LAST : -_LAST])
    return [*turns[: _LIMIT - _LAST], _Turn(None, left_out), *turns[-_LAST:]]


def _same(one: Exchange, other: Exchange) -> bool:
    return (request_line(one), one.status) == (request_line(other), other.status)


def _heads(grid: Grid) -> None:
    for x, (role, name) in zip(_LANES, _NAMES, strict=True):
        body = sketch.row(sketch.run(name, BODY, bold=True))
        grid.node(role, sketch.table(body, sketch.fitted(name, BODY)), x, 0)


def _draw(grid: Grid, turn: _Turn, y: float) -> float:
    """Dibuja un turno a la altura `y` y devuelve la siguiente altura libre."""
    left, middle, right = _LANES
    exchange = turn.exchange
    if exchange is None:
        grid.text(
            [(f"… {units.count(turn.times, 'intercambio', 'intercambios')} más", SMALL, "suave", False)],
            left + 12,
            y,
        )
        return y + 34
    times = _times(turn)
    request = fold(
        request_line(exchange), CODE, _ROOM - sketch.fitted(times, CODE, mono=True), lines=2, mono=True
    )
    request = (*request[:-1], request[-1] + times)
    grid.text([(line, CODE, "texto", True) for line in request], left + 12, y)
    y += 17 * len(request) + 5
    grid.arrow(left, middle, y)
    grid.arrow(middle, right, y)
    y += 9
    color = "borrado" if exchange.status >= 400 or not exchange.status else "suave"
    answer = fold(answer_line(exchange), SMALL, _ROOM, lines=2)
    grid.text([(line, SMALL, color, False) for line in answer], left + 12, y)
    y += 17 * len(answer) + 5
    if exchange.status:
        grid.arrow(right, middle, y, dashed=True)
        grid.arrow(middle, left, y, dashed=True)
    return y + 14


def _times(turn: _Turn) -> str:
    return f" × {turn.times}" if turn.times > 1 else ""


def _lifelines(grid: Grid, bottom: float) -> None:
    for x in _LANES:
        grid.line(x, 14, bottom)


def _text(conv: Conversation, turns: Sequence[_Turn]) -> list[str]:
    if not conv.exchanges:
        return ["El cliente no envió ninguna petición."]
    total = units.count(len(conv.exchanges), "petición", "peticiones")
    lines = [f"{total} del cliente al demonio, a través de la API REST:"]
    for number, turn in enumerate(turns, 1):
        if turn.exchange is None:
            lines.append(f"  … {units.count(turn.times, 'intercambio', 'intercambios')} más")
            continue
        lines.append(f"  {number}. cliente → API REST → demonio: {request_line(turn.exchange)}{_times(turn)}")
        lines.append(f"     demonio → API REST → cliente: {answer_line(turn.exchange)}")
    return lines
