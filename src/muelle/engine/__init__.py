"""El motor: encontrarlo, arrancarlo, pararlo y describirlo. Sólo él toca el sistema operativo."""

from muelle.engine.client import connect, connection
from muelle.engine.description import describe, docker_cli_version
from muelle.engine.endpoint import Discarded, Endpoint, Tls
from muelle.engine.faults import explain
from muelle.engine.install import ensure_tool
from muelle.engine.locate import find

__all__ = [
    "Discarded",
    "Endpoint",
    "Tls",
    "connect",
    "connection",
    "describe",
    "docker_cli_version",
    "ensure_tool",
    "explain",
    "find",
]
