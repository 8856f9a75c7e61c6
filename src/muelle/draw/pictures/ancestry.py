"""De quién viene el proceso de un contenedor: los programas que intervienen, uno debajo de otro."""

from __future__ import annotations

from muelle.draw.pieces import sketch
from muelle.draw.pieces.diagram import Diagram
from muelle.draw.pieces.sketch import BODY, CODE, SMALL, WIDTH, Sketch
from muelle.model.ancestry import DAEMON, MANAGER, Ancestry, Process

_UNKNOWN = "no se sabe cuál es: a la vista hay varios, o ninguno"
_GONE = "preparó el encierro, lanzó el proceso y terminó"
_HIDDEN = "este motor no deja ver los procesos del anfitrión"

_Step = tuple[str, str, str, str]  # cómo se llega a ella, papel, título, nota


def ancestry(of: Ancestry) -> Diagram:
    """Dibuja, de arriba abajo, quién encargó a quién el proceso de un contenedor.

    Las flechas son encargos; el parentesco, que dice el núcleo, va escrito en cada caja.

    Args:
        of: el contenedor y los procesos que hay por encima del suyo.
    """
    drawing = Sketch(gap=8)
    lines = [f"El contenedor {of.name}. De arriba abajo:"]
    above = ""
    for how, role, title, note in _steps(of):
        body = sketch.rows(title, BODY, bold=True) + sketch.rows(note, SMALL, "suave")
        if role == "proceso":
            body += sketch.rows(of.command, CODE, mono=True)
        box = drawing.node(role, sketch.table(body, WIDTH), dashed=role == "metadatos", group="pila")
        if above:
            drawing.via(above, how, box)
            lines.append(f"  ↓ {how}")
        lines.append(f"  {title}: {note}")
        above = box
    lines.append(f"    {of.command}")
    return Diagram(f"De quién viene el proceso de {of.name}", drawing.dot(), tuple(lines))


def _steps(of: Ancestry) -> list[_Step]:
    number = f"PID {of.pid} en el anfitrión; dentro, el 1"
    if of.keeper is None:
        return [
            ("", "metadatos", "Los programas del motor", _HIDDEN),
            ("lo lanzan", "proceso", "Proceso", number),
        ]
    keeper = of.keeper.program
    steps: list[_Step] = [("", "cliente", "podman", "no es un demonio: hace el encargo y termina")]
    if of.has_daemon:
        steps = [
            ("", "demonio", DAEMON, _kin(of.daemon, of)),
            ("le encarga el contenedor", "motor", MANAGER, _kin(of.manager, of)),
        ]
    return [
        *steps,
        ("pone un ayudante", "motor", keeper, _kin(of.keeper, of)),
        ("llama a", "metadatos", of.runtime or "runc o parecido", _GONE),
        ("lo lanza y se va", "proceso", "Proceso", f"{number}; hijo de {keeper}"),
    ]


def _kin(process: Process | None, of: Ancestry) -> str:
    """El número de un proceso y, si se ve, de quién es hijo."""
    if process is None:
        return _UNKNOWN
    known = {each.pid: each.program for each in (of.daemon, of.manager, of.adopter) if each}
    father = known.get(process.parent)
    if father is None:
        return f"PID {process.pid}"
    if process.parent == 1:
        return f"PID {process.pid}; hijo del proceso 1 del anfitrión, {father}"
    return f"PID {process.pid}; hijo de {father}"
