"""Las identidades de una imagen y de sus capas, y qué capas vienen de la imagen de FROM."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_LAYER = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
"""DiffID de la capa vacía: un tar sin nada (1024 ceros). Puede estar dos veces en una imagen."""


_HUB = ("docker.io/library/", "index.docker.io/library/", "docker.io/", "index.docker.io/")


def familiar(name: str) -> str:
    """El nombre de una imagen como lo escribe Docker (`muelle/web:1`): sin el registro si es Docker Hub.

    Los demás registros son parte del nombre y se dejan; también el `localhost/` que Podman pone a lo que se
    hace aquí: `app:1` y `localhost/app:1` pueden ser dos imágenes.

    Fuente: distribution/reference, `FamiliarName`.
    """
    for prefix in _HUB:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def familiar_names(tags: Iterable[str] | None) -> tuple[str, ...]:
    """Los nombres de una imagen (véase `familiar`), sin los que llevan `<none>`: es que no lo tienen."""
    return tuple(dict.fromkeys(familiar(tag) for tag in tags or () if "<none>" not in tag))


def familiar_tags(names: Iterable[str] | None) -> tuple[str, ...]:
    """Las etiquetas de una imagen: sus nombres (véase `familiar_names`), menos los que llevan un digest.

    Lo traído por su digest no tiene etiqueta. Docker con el almacén clásico y Podman lo dicen aparte
    (`RepoDigests`); con el de containerd, su nombre, `equipo/app@sha256:…`, está además entre las etiquetas.
    """
    return tuple(name for name in familiar_names(names) if "@" not in name)


def with_short_digest(name: str) -> str:
    """Un nombre para leerlo: del digest, si lo lleva, el principio (`equipo/app@sha256:1e3d4e41905b…`)."""
    before, at, digest = name.partition("@")
    algorithm, colon, value = digest.partition(":")
    return f"{before}{at}{algorithm}{colon}{value[:12]}…" if len(value) > 12 else name


def names(tag: str, asked: str) -> bool:
    """Si un motor pudo entender por `asked` (con su etiqueta) la imagen que se llama `tag`.

    Docker completa los nombres cortos con el de Docker Hub; Podman, con `localhost/`.
    """
    wanted = familiar(asked)
    return familiar(tag) in (wanted, f"localhost/{wanted}")


def tagged(name: str) -> str:
    """Un nombre de imagen con su etiqueta: `latest` si no lleva otra ni un digest."""
    last = name.rpartition("/")[2]
    return name if ":" in last or "@" in last else f"{name}:latest"


def chain_ids(diff_ids: Sequence[str]) -> tuple[str, ...]:
    """El ChainID de cada capa: el de ella y todas las de debajo, en orden.

    Args:
        diff_ids: `sha256:…` de abajo arriba.

    Returns:
        Tantos ChainID como capas. El de la primera es su DiffID; cada uno de los demás,
        `SHA256(ChainID anterior + " " + DiffID)`.

    Fuente: OCI image spec, config.md («Layer ChainID»).
    """
    chain: list[str] = []
    for diff_id in diff_ids:
        if not chain:
            chain.append(diff_id)
        else:
            joined = hashlib.sha256(f"{chain[-1]} {diff_id}".encode()).hexdigest()
            chain.append(f"sha256:{joined}")
    return tuple(chain)


def is_base(
    base_diff_ids: Sequence[str], base_history: Sequence[str], diff_ids: Sequence[str], history: Sequence[str]
) -> bool:
    """Si una imagen pudo ser la de FROM de otra.

    Lo es cuando sus capas son las primeras de la otra y su historial, las primeras filas (y no todas):
    dos imágenes hermanas que comparten capas por la caché no cumplen lo segundo.
    Quien solo cambió metadatos tiene todas las capas de su base.

    Args:
        base_diff_ids, diff_ids: DiffID de abajo arriba de la candidata y de la imagen.
        base_history, history: `CreatedBy` de la fila más antigua a la más nueva.
    """
    layers, rows = len(base_diff_ids), len(base_history)
    return (
        0 < layers <= len(diff_ids)
        and rows < len(history)
        and tuple(diff_ids[:layers]) == tuple(base_diff_ids)
        and tuple(history[:rows]) == tuple(base_history)
    )
