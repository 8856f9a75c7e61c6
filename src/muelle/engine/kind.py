"""Una clase de motor privado: cómo se llama y con qué orden arranca."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """Lo que hace falta para arrancar un motor.

    Args:
        name: para decirlo: `dockerd (root)`, `dockerd (rootless)` o `podman`.
        command: la orden, con su ruta entera.
        environment: las variables con las que corre.
    """

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
