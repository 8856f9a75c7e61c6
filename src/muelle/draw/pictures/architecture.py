"""El diagrama vivo: los recuadros de los apuntes con los nombres que dan el cliente y el demonio."""

from __future__ import annotations

from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.sketch import CODE, SMALL, TITLE, WIDTH, Sketch
from muelle.model.architecture import Architecture

_ASK = "peticiones y respuestas HTTP"
_SERVE = "el demonio atiende y responde por la API"
_RUN = "manda crear y arrancar contenedores"


def architecture(a: Architecture) -> Diagram:
    """Dibuja quién habla con quién: cliente, API REST, demonio y lo que hay debajo.

    Si cliente y demonio están en máquinas distintas (Docker Desktop, un demonio remoto),
    hay dos recuadros de anfitrión; si no se sabe, se dice.

    Args:
        a: lo que respondieron cliente y demonio.
    """
    drawing = Sketch(gap=12)
    if a.same_host is False:
        with drawing.box(f"Máquina del cliente: {a.client_host}"):
            client = _box(drawing, "cliente", "Cliente", _client(a))
        with drawing.box(_host_title(a)) as border:
            api = _server(drawing, a)
        drawing.via(client, _ASK, api, back=True, to=border)
    else:
        with drawing.box(_host_title(a)):
            client = _box(drawing, "cliente", "Cliente", _client(a))
            api = _server(drawing, a)
            drawing.via(client, _ASK, api, back=True)
    return Diagram(f"Arquitectura de Docker en {_host(a)}", drawing.dot(), tuple(_text(a)))


def _server(drawing: Sketch, a: Architecture) -> str:
    """Dibuja lo que hay en la máquina del demonio y devuelve la caja de la API."""
    api = _box(drawing, "api", "API REST", _api(a))
    daemon = _box(drawing, "demonio", "Demonio (servidor)", _daemon(a))
    below = _box(drawing, "motor", "Debajo del demonio", _below(a))
    drawing.via(api, _SERVE, daemon, back=True)
    drawing.via(daemon, _RUN, below)
    return api


def _box(drawing: Sketch, role: str, title: str, facts: list[tuple[str, str]]) -> str:
    body = sketch.row(sketch.run(title, TITLE, bold=True))
    for name, value in facts:
        body += _fact(name, value)
    full = "; ".join(f"{name}: {value}" for name, value in facts)
    return drawing.node(role, sketch.table(body, WIDTH), tooltip=f"{title}. {full}", group="pila")


def _fact(name: str, value: str) -> str:
    """Una línea «nombre  valor», o más cuando el valor no cabe a la derecha."""
    if sketch.fitted(value, CODE, mono=True) <= WIDTH - sketch.fitted(name, SMALL) - 6:
        return sketch.pair(sketch.run(name, SMALL, "suave"), value)
    return sketch.rows(name, SMALL, "suave", lines=1) + sketch.rows(value, CODE, mono=True)


def _host(a: Architecture) -> str:
    return a.host_name or "un anfitrión sin nombre conocido"


def _host_title(a: Architecture) -> str:
    return f"Anfitrión de Docker: {_host(a)}"


def _version(name: str, version: str | None) -> str:
    return f"{name} {version}" if version else name


def _client(a: Architecture) -> list[tuple[str, str]]:
    facts = [("programa", _version(a.client_name, a.client_version)), ("sistema", a.client_os)]
    if a.same_host is None:
        facts.append(("máquina", f"{a.client_host} (¿la misma?)"))
    return facts


def _api(a: Architecture) -> list[tuple[str, str]]:
    return [
        ("transporte", a.transport),
        ("dirección", a.address),
        ("versión acordada", a.api_version or "no la dice"),
        ("versión mínima", a.min_api_version or "no la dice"),
    ]


def _daemon(a: Architecture) -> list[tuple[str, str]]:
    kernel = " · ".join(part for part in (a.host_kernel, a.host_architecture) if part)
    facts = [
        ("motor", f"{a.engine_name} {a.engine_version}"),
        ("sistema", a.host_os or "no lo dice"),
        ("núcleo", kernel or "no lo dice"),
        ("almacén de capas", a.store or "no lo dice"),
    ]
    if a.rootless:
        facts.append(("permisos", "sin ser root (rootless)"))
    return facts


def _below(a: Architecture) -> list[tuple[str, str]]:
    return list(a.components) or [("componentes", "no los dice")]


def _text(a: Architecture) -> list[str]:
    lines: list[str] = []
    if a.same_host is False:
        lines.append(f"Máquina del cliente: {a.client_host}. Dentro:")
        lines += _part("Cliente", _client(a))
        lines.append(f"{_host_title(a)}, otra máquina. Dentro:")
    else:
        lines.append(f"{_host_title(a)}. Dentro:")
        lines += _part("Cliente", _client(a))
    lines.append(f"  ↕ {_ASK}")
    lines += _part("API REST", _api(a))
    lines.append(f"  ↕ {_SERVE}")
    lines += _part("Demonio (servidor)", _daemon(a))
    lines.append(f"  ↓ {_RUN}")
    lines += _part("Debajo del demonio", _below(a))
    return lines


def _part(title: str, facts: list[tuple[str, str]]) -> list[str]:
    return [f"  {title}"] + [f"    {name}: {value}" for name, value in facts]
