"""`muelle`: la biblioteca detrás de las celdas de «Arquitectura de Docker».

Aquí están los nombres que usan los capítulos; cada uno se importa la primera vez que se pide, para que
`import muelle` sea inmediato y no necesite más de lo que se use.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_WHERE = {
    "connect": "muelle.engine",
    "LABELS": "muelle.owned",
    "ancestry": "muelle.cells",
    "architecture": "muelle.cells",
    "build": "muelle.cells",
    "container": "muelle.cells",
    "disk": "muelle.cells",
    "each_builder": "muelle.cells",
    "contents": "muelle.cells",
    "find_limit": "muelle.cells",
    "free_name": "muelle.cells",
    "layers": "muelle.cells",
    "legend": "muelle.cells",
    "lifecycle": "muelle.cells",
    "mounts": "muelle.cells",
    "networks": "muelle.cells",
    "new_client": "muelle.cells",
    "open_socket": "muelle.cells",
    "listen": "muelle.cells",
    "package": "muelle.cells",
    "reference": "muelle.model",
    "registry": "muelle.cells",
    "rings": "muelle.cells",
    "steps": "muelle.cells",
    "terminal": "muelle.cells",
    "tower": "muelle.cells",
    "TravelFailed": "muelle.distribution",
    "averia": "muelle.exercises",
    "check": "muelle.exercises",
    "hint": "muelle.exercises",
    "progress": "muelle.exercises",
    "values": "muelle.exercises",
    "again": "muelle.exercises",
    "explore": "muelle.widgets",
    "laboratory": "muelle.widgets",
    "panel": "muelle.widgets",
}

__all__ = sorted(_WHERE)


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"muelle no tiene «{name}»")
    return getattr(import_module(_WHERE[name]), name)


def __dir__() -> list[str]:
    return __all__
