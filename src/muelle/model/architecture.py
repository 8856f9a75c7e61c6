"""Quién es quién: anfitrión, cliente, API REST, demonio y lo que hay debajo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Architecture:
    """Lo que el cliente y el demonio responden de sí mismos. None: no lo dicen.

    Args:
        client_name: `docker (CLI)` o `docker-py (SDK)`.
        client_host, client_os: la máquina en la que está el cliente.
        transport: `socket Unix`, `tubería con nombre (named pipe)`, `TCP`, `TCP+TLS`, `SSH`.
        address: la dirección, sin la parte que sea del usuario (`unix:///…/docker.sock`).
        api_version: la negociada; `min_api_version`, la mínima que acepta el demonio.
        engine_name: `Docker Engine`, `Podman Engine`…
        host_name, host_os, host_kernel, host_architecture: la máquina del demonio.
        same_host: si cliente y demonio comparten máquina; None si no se sabe.
        store: dónde guarda las capas (`overlay2`, `containerd (overlayfs)`…).
        components: (nombre, versión) de lo que hay debajo del demonio: containerd, runc…
    """

    client_name: str
    client_version: str | None
    client_host: str
    client_os: str
    transport: str
    address: str
    api_version: str | None
    min_api_version: str | None
    engine_name: str
    engine_version: str
    host_name: str | None
    host_os: str | None
    host_kernel: str | None
    host_architecture: str | None
    same_host: bool | None
    store: str | None
    components: tuple[tuple[str, str], ...] = ()
    rootless: bool = False
