"""El motor: a cuál se habla y cómo; buscarlo (`search`) y arrancar uno (`private`) tocan el sistema.

Importar esta habitación solo pide la biblioteca estándar y `docker`: lo demás se carga al usarlo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from muelle.engine.client import connect, connection, use
from muelle.engine.description import describe
from muelle.engine.endpoint import Discarded, Endpoint, Tls
from muelle.faults import explain

if TYPE_CHECKING:
    from muelle.engine.install import ensure_tool
    from muelle.engine.search.locate import find

__all__ = [
    "Discarded",
    "Endpoint",
    "Tls",
    "connect",
    "connection",
    "describe",
    "ensure_tool",
    "explain",
    "find",
    "use",
]


def __getattr__(name: str) -> Any:
    if name == "find":
        from muelle.engine.search.locate import find

        return find
    if name == "ensure_tool":
        from muelle.engine.install import ensure_tool

        return ensure_tool
    raise AttributeError(f"muelle.engine no tiene «{name}»")
