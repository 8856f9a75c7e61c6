"""Un viaje al registro: lo que el cliente pidió al demonio y lo que este habló mientras con el registro."""

from __future__ import annotations

import re
from collections.abc import Sequence

from muelle.draw import units
from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.grid import Grid
from muelle.draw.pieces.labels import fold
from muelle.draw.pieces.sketch import BODY, CODE, SMALL
from muelle.model.conversation import Exchange, Journey

_LANES = (36.0, 124.0, 316.0)  # x de cliente, demonio y registro, en píxeles
_NAMES = (("cliente", "Cliente"), ("demonio", "Demonio"), ("registro", "Registro"))
_DIGEST = re.compile(r"(sha256(?::|%3A))([0-9a-f]{8})[0-9a-f]+")
_UPLOAD = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LIMIT = 30  # intercambios con el registro que se dibujan
_LAST = 4  # de ellos, los que se guardan para el final


def journey(trip: Journey) -> Diagram:
    """Dibuja una subida o una bajada con tres carriles: cliente, demonio y registro.

    Args:
        trip: lo grabado a los dos lados del demonio. Lo que se habló con el registro va dentro de la petición
            del cliente que lo causó.
    """
    grid = Grid()
    for x, (role, name) in zip(_LANES, _NAMES, strict=True):
        body = sketch.row(sketch.run(name, BODY, bold=True))
        grid.node(role, sketch.table(body, sketch.fitted(name, BODY)), x, 0)
    y, text = 40.0, [f"{trip.title}: tres carriles, cliente, demonio y registro."]
    for exchange in trip.asked:
        nested = trip.relayed if exchange is trip.cause else ()
        y = _turn(grid, exchange, nested, y)
        text += _told(exchange, nested)
    for x in _LANES:
        grid.line(x, 14, y)
    return Diagram(trip.title, grid.dot(), tuple(text))


def _turn(grid: Grid, exchange: Exchange, nested: Sequence[Exchange], y: float) -> float:
    """Dibuja una petición del cliente, lo que causó y su respuesta; devuelve la altura libre."""
    client, daemon, _ = _LANES
    y = _words(grid, _request(exchange), client, _LANES[2] - client, y)
    grid.arrow(client, daemon, y)
    y += 10
    for each in _kept(nested):
        y = _relayed(grid, each, y)
    y = _words(grid, _answer(exchange), client, _LANES[2] - client, y, bad=exchange.status >= 400)
    grid.arrow(daemon, client, y, dashed=True)
    return y + 16


def _relayed(grid: Grid, exchange: Exchange | int, y: float) -> float:
    _, daemon, registry = _LANES
    if isinstance(exchange, int):
        grid.text([(_more(exchange), SMALL, "suave", False)], daemon + 10, y)
        return y + 26
    y = _words(grid, _request(exchange), daemon, registry - daemon, y)
    grid.arrow(daemon, registry, y)
    y += 8
    y = _words(grid, _answer(exchange), daemon, registry - daemon, y, bad=exchange.status >= 400)
    grid.arrow(registry, daemon, y, dashed=True)
    return y + 12


def _words(grid: Grid, text: str, x: float, room: float, y: float, *, bad: bool | None = None) -> float:
    """Escribe sobre una flecha y devuelve la altura de esta.

    Args:
        bad: None si es una petición; si es una respuesta, si dice que no.
    """
    asks = bad is None
    size, color = (CODE, "texto") if asks else (SMALL, "borrado" if bad else "suave")
    lines = fold(text, size, room - 20, lines=2, mono=asks)
    grid.text([(line, size, color, asks) for line in lines], x + 10, y)
    return y + 17 * len(lines) + 5


def _request(exchange: Exchange) -> str:
    """El verbo y la ruta, con las huellas y las subidas acortadas y sin `/v2/NOMBRE` delante."""
    path = re.sub(r"^/v2/.+?(/blobs/|/manifests/)", r"…\1", exchange.path)
    query = f"?{exchange.query}" if exchange.query and exchange.path.startswith("/v2/") else ""
    return _UPLOAD.sub("…", _DIGEST.sub(r"\1\2…", f"{exchange.method} {path}{query}")).replace("%3A", ":")


def _answer(exchange: Exchange) -> str:
    if not exchange.status:
        return "sin respuesta"
    size = exchange.request_bytes or (0 if exchange.method == "HEAD" else exchange.response_bytes)
    amount = f" · {units.size(size)}" if size else ""
    return f"{exchange.status} {exchange.reason}{amount}"


def _kept(exchanges: Sequence[Exchange]) -> list[Exchange | int]:
    """Los que se dibujan; si son demasiados, un número en lugar de los que se callan."""
    if len(exchanges) <= _LIMIT:
        return list(exchanges)
    return [*exchanges[: _LIMIT - _LAST], len(exchanges) - _LIMIT, *exchanges[-_LAST:]]


def _more(count: int) -> str:
    return f"… {units.count(count, 'intercambio', 'intercambios')} más"


def _told(exchange: Exchange, nested: Sequence[Exchange]) -> list[str]:
    lines = [f"cliente → demonio: {_request(exchange)}"]
    for each in _kept(nested):
        if isinstance(each, int):
            lines.append(f"  {_more(each)}")
        else:
            lines.append(f"  demonio → registro: {_request(each)}; responde {_answer(each)}")
    return [*lines, f"demonio → cliente: {_answer(exchange)}"]
