"""Para qué sistemas y qué versiones de Python se llevan paquetes, y qué archivo le toca a cada uno."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags, mac_platforms
from packaging.utils import parse_wheel_filename

PYTHONS = ((3, 10), (3, 11), (3, 12), (3, 13), (3, 14))
"""Las versiones de Python que admite el curso."""

_GLIBC = range(28, 4, -1)  # hasta la 2.28, de 2018: más vieja que la de cualquier Linux con soporte
_MACOS = (13, 0)
_LAST_PATCH = 99  # una condición puede depender de la tercera cifra: se mira la primera y la última


@dataclass(frozen=True)
class Wheel:
    """Un archivo con un paquete.

    Args:
        name: el del archivo.
        url: de dónde se trae.
        size: bytes.
        sha256: su huella.
    """

    name: str
    url: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Platform:
    """Un sistema.

    Args:
        name: cómo se dice.
        tags: cómo lo llaman los nombres de los archivos, primero lo que prefiere.
        markers: lo que valdrían en él las variables de una condición (`sys_platform`…).
    """

    name: str
    tags: tuple[str, ...]
    markers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Target:
    """Un sistema con una versión de Python."""

    platform: Platform
    python: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.platform.name}, Python {self.python[0]}.{self.python[1]}"

    def tags(self) -> tuple[Tag, ...]:
        """Los archivos que entiende, primero los que prefiere."""
        platforms = self.platform.tags
        own = cpython_tags(self.python, platforms=platforms, abis=[f"cp{self.python[0]}{self.python[1]}"])
        return (*own, *compatible_tags(self.python, f"cp{self.python[0]}{self.python[1]}", platforms))

    def meets(self, marker: str | None) -> bool:
        """Si se cumple en él la condición de un paquete.

        Args:
            marker: como `python_full_version < '3.11'`; None, sin condición.
        """
        return marker is None or any(
            Marker(marker).evaluate(self._values(patch)) for patch in (0, _LAST_PATCH)
        )

    def _values(self, patch: int) -> dict[str, str]:
        short = f"{self.python[0]}.{self.python[1]}"
        return {
            **dict(self.platform.markers),
            "implementation_name": "cpython",
            "implementation_version": f"{short}.{patch}",
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_version": "",
            "python_full_version": f"{short}.{patch}",
            "python_version": short,
        }


def _platform(name: str, tags: Iterable[str], system: str, machine: str) -> Platform:
    sys_platform = {"Linux": "linux", "Windows": "win32", "Darwin": "darwin"}[system]
    markers = {
        "os_name": "nt" if system == "Windows" else "posix",
        "platform_machine": machine,
        "platform_system": system,
        "sys_platform": sys_platform,
    }
    return Platform(name, tuple(tags), tuple(markers.items()))


def _linux(machine: str) -> list[str]:
    numbered = [f"manylinux_2_{minor}_{machine}" for minor in _GLIBC]
    return [*numbered, f"manylinux2014_{machine}", f"manylinux2010_{machine}", f"linux_{machine}"]


PLATFORMS = (
    _platform("Linux x86-64", _linux("x86_64"), "Linux", "x86_64"),
    _platform("Linux arm64", _linux("aarch64"), "Linux", "aarch64"),
    _platform("Windows x86-64", ["win_amd64"], "Windows", "AMD64"),
    _platform("macOS x86-64", mac_platforms(_MACOS, "x86_64"), "Darwin", "x86_64"),
    _platform("macOS arm64", mac_platforms(_MACOS, "arm64"), "Darwin", "arm64"),
)
TARGETS = tuple(Target(platform, python) for platform in PLATFORMS for python in PYTHONS)


def choose(lock: Mapping[str, Any], targets: Iterable[Target]) -> tuple[dict[str, Wheel], list[str]]:
    """Los archivos que hacen falta para que esos sistemas instalen una lista entera.

    Args:
        lock: la lista, como la escribe `uv pip compile --format pylock.toml` (PEP 751).
        targets: los sistemas.

    Returns:
        Los archivos por su nombre, y una frase por cada paquete que no lo tiene para algún sistema.
    """
    chosen: dict[str, Wheel] = {}
    missing = []
    understood = {target: {tag: rank for rank, tag in enumerate(target.tags())} for target in targets}
    for package in lock["packages"]:
        wheels = [_wheel(entry) for entry in package.get("wheels", ())]
        tags = {wheel: parse_wheel_filename(wheel.name)[3] for wheel in wheels}
        for target, ranks in understood.items():
            if not target.meets(package.get("marker")):
                continue
            ranked = [
                (min(ranks[tag] for tag in tags[wheel] & ranks.keys()), wheel.name, wheel)
                for wheel in wheels
                if tags[wheel] & ranks.keys()
            ]
            if ranked:
                best = min(ranked)[2]
                chosen[best.name] = best
            else:
                missing.append(f"{package['name']} {package['version']} ({target})")
    return chosen, missing


def _wheel(entry: Mapping[str, Any]) -> Wheel:
    url = str(entry["url"])
    return Wheel(url.rpartition("/")[2], url, int(entry["size"]), str(entry["hashes"]["sha256"]))
