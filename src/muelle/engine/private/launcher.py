"""Una manera de arrancar un motor privado: qué le falta, cómo arranca, qué programas deja y cómo se borra."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from muelle.engine.private.folders import Folder

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Kind:
    """Un motor preparado: lo que hace falta para arrancarlo.

    Args:
        name: para decirlo: `dockerd (root)`, `dockerd (rootless)` o `podman`.
        command: la orden, con su ruta entera.
        environment: las variables con las que se ejecuta.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]


@dataclass(frozen=True)
class Launcher:
    """Una manera de arrancar un motor.

    Args:
        title: cómo se dice en una frase: «dockerd sin privilegios».
        names: los de sus motores (`Kind.name`).
        order: de dos que sirven, se usa el menor.
        root: si es para el administrador o para un usuario corriente.
        lacks: lo que lo impide, como final de frase («falta…»), o None si se puede.
        prepare: deja todo listo y da la orden; lanza `EngineUnavailable` o `MissingTool`.
        erase: borra los datos con los números de usuario de quien los creó.
        daemons: los programas que escuchan en el socket.
        helpers: los demás que pueden quedar en marcha.
        advice: si no se puede con ninguno, cómo conseguir este; "" si no es lo más corto.
    """

    title: str
    names: tuple[str, ...]
    order: int
    root: bool
    lacks: Callable[[], str | None]
    prepare: Callable[[Folder, Tell], Kind]
    erase: Callable[[Folder], None]
    daemons: tuple[str, ...]
    helpers: tuple[str, ...]
    advice: str = ""
