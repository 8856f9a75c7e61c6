"""Lo que el motor responde y nombra cosas de otros: sale solo lo del cuaderno y lo del curso."""

from __future__ import annotations

from typing import Any

from .things import PREDEFINED, Things

INFO = frozenset(
    (
        *("Architecture", "CPUSet", "CPUShares", "CgroupDriver", "CgroupVersion", "Containers"),
        *("ContainersPaused", "ContainersRunning", "ContainersStopped", "CpuCfsPeriod", "CpuCfsQuota"),
        *("DefaultRuntime", "Driver", "DriverStatus", "ExperimentalBuild", "ID", "IPv4Forwarding", "Images"),
        *("InitBinary", "Isolation", "KernelVersion", "LiveRestoreEnabled", "LoggingDriver", "MemTotal"),
        *("MemoryLimit", "NCPU", "Name", "OSType", "OSVersion", "OomKillDisable", "OperatingSystem"),
        *("PidsLimit", "Plugins", "Runtimes", "SecurityOptions", "ServerVersion", "SwapLimit", "SystemTime"),
        *("DockerRootDir", "Warnings", "InitCommit", "ContainerdCommit", "RuncCommit", "BuildahVersion"),
    )
)
"""Lo que se ve de `/info`; no, los servidores intermedios con su clave, los registros ni las etiquetas."""


def info(_: Things, data: Any) -> Any:
    """El motor, sin lo que es de la persona."""
    return {name: value for name, value in data.items() if name in INFO}


def images(things: Things, rows: Any) -> Any:
    """La lista de imágenes."""
    return [row for row in rows or [] if things.readable(row.get("Id", ""), row.get("Labels"))]


def networks(things: Things, rows: Any) -> Any:
    """La lista de redes."""
    shown = [row for row in rows or [] if row.get("Name") in PREDEFINED or things.mine(row.get("Labels"))]
    return [network(things, row) for row in shown]


def network(things: Things, data: Any) -> Any:
    """Una red; de la que trae el motor, sin los contenedores de otros."""
    if not isinstance(data, dict) or things.mine(data.get("Labels")):
        return data
    return {**data, "Containers": {}}


def volumes(things: Things, data: Any) -> Any:
    """La lista de volúmenes."""
    found = [row for row in (data or {}).get("Volumes") or [] if things.mine(row.get("Labels"))]
    return {"Volumes": found, "Warnings": None}


def disk(things: Things, data: Any) -> Any:
    """Lo que ocupa cada cosa."""
    return {
        "LayersSize": data.get("LayersSize", 0),
        "Images": images(things, data.get("Images")),
        "Containers": [row for row in data.get("Containers") or [] if things.mine(row.get("Labels"))],
        "Volumes": volumes(things, data)["Volumes"],
        "BuildCache": [],
    }
