"""El contenedor: la pila de capas de su imagen, una capa de escritura y un proceso."""

from __future__ import annotations

from dataclasses import dataclass

from .image import Image
from .tree import Change


@dataclass(frozen=True)
class Container:
    """Un contenedor tal como lo describe el motor.

    Args:
        id: identificador completo.
        name: sin `/` inicial.
        status: `created`, `running`, `paused`, `exited`…
        image: su imagen, o None si ya no existe.
        command: lo que se ejecuta como PID 1.
        changes: (ruta absoluta, cambio) de la capa de escritura, según `diff`.
        writable_size: bytes de la capa de escritura, si se conocen.
        exit_code: código de salida si terminó.
    """

    id: str
    name: str
    status: str
    image: Image | None
    command: tuple[str, ...]
    changes: tuple[tuple[str, Change], ...] = ()
    writable_size: int | None = None
    exit_code: int | None = None
