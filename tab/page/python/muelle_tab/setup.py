"""Poner en marcha el curso dentro de la página: su motor, quien oye, quien dibuja y dónde se guarda."""

from __future__ import annotations

import json
import os
from typing import Any

import js

import muelle.base
import muelle.engine
import muelle.wire
from muelle.draw.pieces import render
from muelle.exercises import store

from . import cells, controls, files
from .ear import TabEar, prepare
from .endpoint import TabEndpoint
from .wire import Wire

_running: dict[str, Any] = {"id": 0}
_wires: list[Wire] = []


class _Memory:
    """El progreso, mientras Python vive; la página lo guarda en el navegador al acabar cada celda."""

    def __init__(self, text: str | None) -> None:
        self.text = text

    def read(self) -> str | None:
        return self.text

    def begin(self, text: str) -> str:
        self.text = text
        return text

    def write(self, text: str) -> None:
        self.text = text

    def set_aside(self) -> None:
        self.text = None


_memory = _Memory(None)


def start(settings: str) -> None:
    """Prepara el curso.

    Args:
        settings: un JSON con la carpeta de la pestaña (`base`), la dirección del cable (`wire`) y el
            progreso guardado (`progress`, o null).
    """
    given = json.loads(settings)
    os.environ["MUELLE_EJERCICIOS"] = "/curso/exercises"
    os.environ["JUPYTER_WIDGETS_ECHO"] = "0"  # la página ya sabe lo que ella misma cambió
    _memory.text = given["progress"]
    store.use(_memory)
    render.use(lambda source, format: js.dibuja(source, format).encode())
    muelle.base.read_with(lambda name: files.fetch(f"{given['base']}python/{name}", f"«{name}»"))
    muelle.wire.hear_with(TabEar)
    muelle.wire.run_with(prepare)
    _wires[:] = [Wire(given["wire"])]
    muelle.engine.use(TabEndpoint(_wires[0]))
    cells.start(lambda event: _tell({"event": event}))
    controls.start()


async def run(cell: str) -> None:
    """Ejecuta una celda y, al acabar, da el progreso para que la página lo guarde.

    Args:
        cell: un JSON con su número (`id`), su código (`code`), su nombre (`name`) y qué máquina es
            la de ahora (`generation`): las conexiones con una anterior ya no valen.
    """
    given = json.loads(cell)
    _running["id"] = given["id"]
    _wires[0].generation = given["generation"]
    good = await cells.run(given["code"], given["name"])
    _tell({"done": {"good": good, "progress": _memory.text}})


def hear(message: str) -> None:
    """Da a un control lo que alguien hizo con él; lo que escriba va a la salida de su celda.

    Args:
        message: un JSON con el número del mensaje (`id`), la celda que enseña el control (`cell`), su
            conversación (`comm`), lo que se le dice (`data`) y qué máquina es la de ahora (`generation`).
    """
    given = json.loads(message)
    _running["id"] = given["cell"]
    _wires[0].generation = given["generation"]
    controls.hear(given["comm"], given["data"])
    _tell({"heard": given["id"], "progress": _memory.text})


def _tell(message: dict[str, Any]) -> None:
    js.cuenta(json.dumps({"id": _running["id"], **message}, default=str))
