"""Un turno por motor: dos libros a la vez con el mismo se quitarían los contenedores uno al otro."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from muelle.engine.folders import home

from .console import step


@contextmanager
def only_one(engine_url: str) -> Iterator[None]:
    """Espera a que acabe otra construcción con ese motor; si el otro muere, el turno se suelta solo.

    Si en la carpeta del curso no se puede escribir no hay turnos: un motor ajeno no la necesita.

    Args:
        engine_url: la dirección del motor, como en `DOCKER_HOST`.
    """
    path = home() / f"libro-{hashlib.sha256(engine_url.encode()).hexdigest()[:8]}.lock"
    lock = FileLock(path, mode=0o600)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        step("Otra orden está construyendo el libro con este motor: espero a que acabe")
        lock.acquire()
    except OSError:
        yield
        return
    try:
        yield
    finally:
        lock.release()
