"""La arquitectura, contada por el cliente y por el demonio."""

from __future__ import annotations

import platform
import re
import sys
from typing import Any

import docker

from muelle.engine.endpoint import Endpoint
from muelle.faults import plain_errors
from muelle.model.architecture import Architecture

_CONTAINERD_STORE = ["driver-type", "io.containerd.snapshotter.v1"]
"""Lo que pone en `DriverStatus` un motor cuyas capas guarda containerd (medido en Docker 26 y 28)."""


def describe(client: docker.DockerClient, endpoint: Endpoint) -> Architecture:
    """Quién es quién, según las respuestas de `GET /version` y `GET /info`.

    Args:
        client: un cliente conectado a `endpoint`.
        endpoint: el motor, con su dirección.

    Raises:
        EngineUnavailable: si el motor deja de responder.
    """
    with plain_errors(where=endpoint.url):
        version, info = client.version(), client.info()
    engine, components = _components(version)
    return Architecture(
        client_name="docker-py (SDK)",
        client_version=docker.__version__,
        client_host=_client_host(),
        client_os=_client_os(),
        transport=endpoint.transport,
        address=endpoint.shown,
        api_version=client.api.api_version,
        min_api_version=_text(version.get("MinAPIVersion")) or _detail(version, "MinAPIVersion"),
        engine_name=engine,
        engine_version=str(version.get("Version") or info.get("ServerVersion") or "?"),
        host_name=_text(info.get("Name")),
        host_os=_text(info.get("OperatingSystem")) or _text(version.get("Os")),
        host_kernel=_text(info.get("KernelVersion")) or _text(version.get("KernelVersion")),
        host_architecture=_text(info.get("Architecture")) or _text(version.get("Arch")),
        same_host=same_host(endpoint, info),
        store=store(info),
        components=components,
        rootless=bool(info.get("Rootless"))
        or any("rootless" in str(option) for option in info.get("SecurityOptions") or ()),
    )


def store(info: dict[str, Any]) -> str | None:
    """Dónde guarda el motor las capas: `overlay2`, `containerd (overlayfs)`…"""
    driver = _text(info.get("Driver"))
    if driver and any(list(pair) == _CONTAINERD_STORE for pair in info.get("DriverStatus") or ()):
        return f"containerd ({driver})"
    return driver


def same_host(endpoint: Endpoint, info: dict[str, Any]) -> bool | None:
    """Si cliente y demonio comparten máquina; None si no se puede saber.

    Un socket local no basta: en Docker Desktop el demonio vive en una máquina virtual con otro núcleo.
    """
    kernel = _text(info.get("KernelVersion"))
    if "Docker Desktop" in str(info.get("OperatingSystem")) or info.get("Name") == "docker-desktop":
        return False
    if sys.platform != "linux":
        return False if info.get("OSType", "linux") == "linux" else None
    if kernel is None:
        return None
    if kernel != platform.release():
        return False
    if endpoint.socket_path is not None or info.get("Name") == platform.node():
        return True
    return None


def _components(version: dict[str, Any]) -> tuple[str, tuple[tuple[str, str], ...]]:
    """El nombre del motor, que es el primero de la lista, y (nombre, versión) de lo que hay debajo."""
    parts = [part for part in version.get("Components") or () if isinstance(part, dict)]
    name = str(parts[0].get("Name", "Engine")) if parts else "Engine"
    below = [(str(part.get("Name", "?")), _short(str(part.get("Version") or ""))) for part in parts[1:]]
    return ("Docker Engine" if name == "Engine" else name), tuple(pair for pair in below if pair[1])


def _short(version: str) -> str:
    """Podman da varias líneas («conmon version 2.1.6, commit: unknown»): basta el número."""
    found = re.search(r"version ([^\s,]+)", version)
    return found.group(1) if found else version.strip().splitlines()[0] if version.strip() else ""


def _detail(version: dict[str, Any], name: str) -> str | None:
    for part in version.get("Components") or ():
        found = _text((part.get("Details") or {}).get(name))
        if found:
            return found
    return None


def _text(value: object) -> str | None:
    """El texto, o None si no lo hay: Podman 4 dice «unknown» cuando no lo sabe."""
    return value if isinstance(value, str) and value not in ("", "unknown") else None


def _client_host() -> str:
    return "tu navegador" if sys.platform == "emscripten" else platform.node()


def _client_os() -> str:
    if sys.platform == "emscripten":
        return "Python en WebAssembly"
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    if sys.platform == "win32":
        return f"Windows {platform.release()}"
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.system()
