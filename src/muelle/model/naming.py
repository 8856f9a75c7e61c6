"""El nombre de una imagen, partido en lo que es: registro, repositorio, etiqueta y digest."""

from __future__ import annotations

from dataclasses import dataclass

HUB = "docker.io"
"""El registro que se supone si el nombre no dice ninguno (Docker Hub)."""


@dataclass(frozen=True)
class Reference:
    """Las partes de un nombre de imagen, ya completas.

    Args:
        registry: máquina y, si lo lleva, puerto.
        repository: el nombre dentro del registro.
        tag: la etiqueta, o "" si se pide por digest.
        digest: `sha256:…`, o "" si se pide por etiqueta.
    """

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    def __str__(self) -> str:
        parts = [f"registro {self.registry}", f"repositorio {self.repository}"]
        if self.tag:
            parts.append(f"etiqueta {self.tag}")
        if self.digest:
            parts.append(f"digest {self.digest}")
        return " · ".join(parts)

    __repr__ = __str__


def reference(name: str) -> Reference:
    """Parte un nombre como lo hace Docker.

    Lo que va antes de la primera barra es un registro solo si lleva un punto o dos puntos, o es `localhost`;
    sin registro se supone `docker.io`, y en él un nombre de una sola parte es de `library/`.

    Args:
        name: por ejemplo `ubuntu`, `equipo/app:v1` o `127.0.0.1:5000/app@sha256:…`.

    Fuente: https://github.com/distribution/reference (`ParseNormalizedNamed`).
    """
    rest, _, digest = name.partition("@")
    first, slash, tail = rest.partition("/")
    registry = HUB
    if slash and ("." in first or ":" in first or first == "localhost" or first != first.lower()):
        registry, rest = first, tail
    last = rest.rpartition("/")[2]
    repository, tag = rest, ""
    if ":" in last:
        repository, _, tag = rest.rpartition(":")
    if registry == HUB and "/" not in repository:
        repository = f"library/{repository}"
    return Reference(registry, repository, tag or ("" if digest else "latest"), digest)
