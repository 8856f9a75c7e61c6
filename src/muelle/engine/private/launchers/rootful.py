"""`dockerd` como administrador, al lado del que pueda tener la máquina y sin tocar nada suyo."""

from __future__ import annotations

import os
from collections.abc import Callable

from muelle.engine.install import ensure_tool, system_path
from muelle.engine.private import nesting, settings
from muelle.engine.private.folders import Folder
from muelle.engine.private.launcher import Kind, Launcher
from muelle.engine.private.network import ensure_bridge

NAME = "dockerd (root)"

_QUIET_NETWORK = (
    "--iptables=false",
    "--ip6tables=false",
    "--ip-forward=false",
    "--ip-masq=false",
    "--userland-proxy=true",
    "--ip=127.0.0.1",
)
"""Sin reglas de red: los puertos los lleva `docker-proxy`, solo en la propia máquina."""

_LOOPBACK_ELSEWHERE = "--default-network-opt=bridge=com.docker.network.bridge.host_binding_ipv4=127.0.0.1"
"""`--ip` solo vale para la red `bridge`; esto, para las demás. Existe desde Docker 24."""


def prepare(paths: Folder, tell: Callable[[str], None]) -> Kind:
    """La orden para arrancarlo, con su red hecha y su configuración aparte.

    Raises:
        EngineUnavailable: la red no se pudo preparar.
        MissingTool: falta `dockerd` y no se pudo instalar.
    """
    dockerd = ensure_tool("dockerd", tell)
    nesting.make_room()
    ensure_bridge(paths.bridge)
    settings.write(paths, dockerd)
    command = (
        dockerd,
        f"--config-file={paths.config}",
        f"--data-root={paths.data}",
        f"--exec-root={paths.exec}",
        f"--host={paths.url}",
        f"--pidfile={paths.pid}",
        f"--bridge={paths.bridge}",
        *_QUIET_NETWORK,
        *((_LOOPBACK_ELSEWHERE,) if settings.knows(dockerd, "--default-network-opt") else ()),
    )
    return Kind(NAME, command, {**os.environ, "PATH": system_path()})


LAUNCHER = Launcher(
    title="dockerd",
    names=(NAME,),
    order=0,
    root=True,
    lacks=lambda: None,  # lo que falte se instala al prepararlo
    prepare=prepare,
    erase=lambda _paths: None,  # todo es de root, que lo puede borrar
    daemons=("dockerd",),
    helpers=("containerd", "docker-proxy"),
)
