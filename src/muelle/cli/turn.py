"""Turnos en un motor: las celdas del libro y las de una clase usan los mismos nombres de contenedores.

Dos libros esperan uno a otro. Una clase dura horas y no se la hace esperar: se avisa.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from filelock import FileLock, Timeout

from muelle.engine.private.folders import home

from . import neighbours
from .console import step

_BOOK, _CLASSROOM = "libro", "clase"
_AGAIN = "si una celda se queja de que falta algo, ejecuta su cuaderno desde arriba"


@contextmanager
def only_one(engine_url: str) -> Iterator[None]:
    """Un libro: espera a que acabe otra construcción con ese motor y avisa si hay una clase abierta.

    Si el otro muere, el turno se suelta solo. Si en la carpeta del curso no se puede escribir no hay turnos:
    un motor ajeno no la necesita.

    Args:
        engine_url: la dirección del motor, como en `DOCKER_HOST`.
    """
    _say_who_else(engine_url)
    if _taken(_CLASSROOM, engine_url):
        step(f"Hay una clase abierta con este motor y el libro le quita contenedores: {_AGAIN}")
    with ExitStack() as stack:
        stack.enter_context(neighbours.present(engine_url))
        with suppress(OSError):
            lock = _lock(_BOOK, engine_url)
            try:
                stack.enter_context(lock.acquire(timeout=0))
            except Timeout:
                step("Otra orden está construyendo el libro con este motor: espero a que acabe")
                stack.enter_context(lock.acquire())
        yield


@contextmanager
def open_class(engine_url: str) -> Iterator[None]:
    """Una clase: deja dicho que está abierta y avisa de otra, o de un libro a medias, en ese motor.

    Args:
        engine_url: como en `only_one`.
    """
    _say_who_else(engine_url)
    if _taken(_BOOK, engine_url):
        step(f"Se está construyendo el libro con este motor y quita contenedores: {_AGAIN}")
    if _taken(_CLASSROOM, engine_url):
        step(f"Ya hay otra clase abierta con este motor: {_AGAIN}")
    with ExitStack() as stack:
        stack.enter_context(neighbours.present(engine_url))
        with suppress(OSError):  # que la tenga otra, o no haya dónde escribir, no impide dar clase
            stack.enter_context(_lock(_CLASSROOM, engine_url).acquire(timeout=0))
        yield


def _say_who_else(engine_url: str) -> None:
    """Si hay otra persona con ese motor, quién y qué hacer."""
    if who := neighbours.others(engine_url):
        step(
            f"Con este motor trabaja también {' y '.join(who)}: lo que crean sus celdas y las tuyas se llama "
            "igual, y se lo quitan unas a otras. Para tener uno tuyo, pon MUELLE_ENGINE=privado delante"
            " de la orden"
        )


def _lock(what: str, engine_url: str) -> FileLock:
    """El cerrojo, con su carpeta.

    Raises:
        OSError: no se puede escribir en ella.
    """
    path = home() / f"{what}-{hashlib.sha256(engine_url.encode()).hexdigest()[:8]}.lock"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return FileLock(path, mode=0o600)


def _taken(what: str, engine_url: str) -> bool:
    """Si ahora mismo lo tiene otra orden."""
    try:
        with _lock(what, engine_url).acquire(timeout=0):
            return False
    except Timeout:
        return True
    except OSError:
        return False
