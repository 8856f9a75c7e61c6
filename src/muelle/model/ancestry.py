"""De quién viene el proceso de un contenedor: su padre, y los programas del motor que lo pidieron."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from posixpath import basename, dirname

KEEPERS = ("containerd-shim", "conmon")
"""Cómo empieza el nombre del ayudante que cuida un contenedor: el de Docker y el de Podman."""

DAEMON, MANAGER = "dockerd", "containerd"
_MANAGER_SOCKET = "/run/containerd/containerd.sock"
"""Donde escucha containerd si nadie le dice otra cosa. Fuente: containerd, `defaults_unix.go`."""


@dataclass(frozen=True)
class Process:
    """Un proceso del anfitrión.

    Args:
        pid: su número; 0 si no se sabe cuál es.
        parent: el de su padre; 0 si no lo tiene a la vista.
        name: como lo llama el núcleo, que corta a 15 letras.
        arguments: con qué se lanzó; vacío si no se miró.
    """

    pid: int
    parent: int
    name: str
    arguments: tuple[str, ...] = ()

    @property
    def program(self) -> str:
        """El nombre entero, si se sabe."""
        full = basename(self.arguments[0]) if self.arguments else ""
        return full if full.startswith(self.name) else self.name


@dataclass(frozen=True)
class Ancestry:
    """Un contenedor en marcha y los procesos que hay por encima del suyo.

    Args:
        name: el del contenedor.
        command: lo que ejecuta.
        pid: el número de su proceso en el anfitrión.
        runtime: el programa que preparó el encierro; "" si no se sabe.
        keeper: su padre, el ayudante; None si los procesos del anfitrión no se ven.
        adopter: el padre del ayudante.
        manager: containerd; None en Podman, o si no se sabe cuál de los que hay es.
        daemon: dockerd, con la misma salvedad.
    """

    name: str
    command: str
    pid: int
    runtime: str = ""
    keeper: Process | None = None
    adopter: Process | None = None
    manager: Process | None = None
    daemon: Process | None = None

    @property
    def has_daemon(self) -> bool:
        """Si lo lleva un demonio: con `conmon` (Podman) no lo hay."""
        return self.keeper is None or not self.keeper.name.startswith(KEEPERS[1])


def trace(name: str, command: str, pid: int, runtime: str, seen: Iterable[Process]) -> Ancestry:
    """Encuentra los antepasados de un contenedor entre los procesos que se ven.

    El parentesco lo dice el núcleo. De quién es el ayudante se sabe por la dirección de containerd que lleva
    entre sus argumentos; si nada distingue a un candidato de otro, no se elige ninguno.

    Args:
        name, command, pid, runtime: como en `Ancestry`.
        seen: los procesos del anfitrión, si se ven.
    """
    known = {each.pid: each for each in seen}
    keeper = known.get(known[pid].parent) if pid in known else None
    if keeper is None or not keeper.name.startswith(KEEPERS):
        return Ancestry(name, command, pid, runtime)
    address = _option(keeper.arguments, "-address")
    manager = _manager(known, address) if address else None
    return Ancestry(
        name,
        command,
        pid,
        _option(keeper.arguments, "-r").rpartition("/")[2] or runtime,
        keeper,
        known.get(keeper.parent),
        manager,
        _daemon(known, manager, address) if address else None,
    )


def _manager(known: dict[int, Process], address: str) -> Process | None:
    """El containerd que escucha en esa dirección."""
    every = [each for each in known.values() if each.name == MANAGER]
    told = [each for each in every if dirname(address) == dirname(_place(each.arguments))]
    return _only(told) or _only(every)


def _place(arguments: Sequence[str]) -> str:
    """Dónde tiene un containerd su dirección o su configuración."""
    names = ("--address", "-a", "--config", "-c")
    return next((value for name in names if (value := _option(arguments, name))), _MANAGER_SOCKET)


def _daemon(known: dict[int, Process], manager: Process | None, address: str) -> Process | None:
    """El dockerd que arrancó a ese containerd, o el que dice que habla con él."""
    every = [each for each in known.values() if each.name == DAEMON]
    father = known.get(manager.parent) if manager else None
    if father in every:
        return father
    told = [each for each in every if _option(each.arguments, "--containerd") == address]
    return _only(told) or _only(every)


def _only(found: Sequence[Process]) -> Process | None:
    return found[0] if len(found) == 1 else None


def _option(arguments: Sequence[str], name: str) -> str:
    """Lo que vale una opción, escrita `--opcion valor` u `--opcion=valor`; "" si no está."""
    for place, argument in enumerate(arguments):
        if argument == name:
            return arguments[place + 1] if place + 1 < len(arguments) else ""
        if argument.startswith(f"{name}="):
            return argument.partition("=")[2]
    return ""
