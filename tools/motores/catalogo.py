"""Los motores que se pueden arrancar para probar, y de qué publicación de Debian sale cada uno."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PACKAGES = (
    "docker.io",
    "containerd",
    "runc",
    "iptables",
    "iproute2",
    "util-linux",
    "podman",
    "conmon",
    "netavark",
    "aardvark-dns",
    "catatonit",
    "uidmap",
    "rootlesskit",
    "slirp4netns",
    "passt",
    "fuse-overlayfs",
)


@dataclass(frozen=True)
class Engine:
    """Un motor del catálogo.

    `name` es el nombre con que se pide; `kind`, el programa; `suite`, la publicación de Debian; `store`,
    el almacén de imágenes («containerd», «overlay2», o vacío en Podman); `number` distingue su puente de
    red y sus direcciones (1–55); `rootless`, si lo arranca un usuario corriente.
    """

    name: str
    kind: Literal["docker", "podman"]
    suite: str
    store: str
    number: int
    rootless: bool = False

    @property
    def bridge(self) -> str:
        """El puente de red propio, con un nombre que ningún otro motor usa (15 letras como mucho)."""
        return f"muelle-m{self.number}"

    @property
    def subnet(self) -> str:
        """Los dos primeros octetos de las direcciones del motor."""
        return f"10.{200 + self.number}"


ENGINES = {
    engine.name: engine
    for engine in (
        Engine("docker-28-containerd", "docker", "sid", "containerd", 1),
        Engine("docker-28-overlay2", "docker", "sid", "overlay2", 2),
        Engine("docker-26-containerd", "docker", "trixie", "containerd", 3),
        Engine("docker-26-overlay2", "docker", "trixie", "overlay2", 4),
        Engine("docker-20", "docker", "bookworm", "overlay2", 10),
        Engine("podman-4", "podman", "bookworm", "", 5),
        Engine("podman-5-trixie", "podman", "trixie", "", 6),
        Engine("podman-5", "podman", "sid", "", 7),
        Engine("docker-28-sin-root", "docker", "sid", "overlay2", 8, rootless=True),
        Engine("podman-5-sin-root", "podman", "sid", "", 9, rootless=True),
    )
}
