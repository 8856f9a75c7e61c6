"""Las identidades de una imagen y de sus capas, y qué capas vienen de la imagen de FROM."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

EMPTY_LAYER = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
"""DiffID de la capa vacía: un tar sin nada (1024 ceros). Puede estar dos veces en una imagen."""


_REGISTRIES = ("docker.io/library/", "docker.io/", "localhost/")


def familiar(name: str) -> str:
    """El nombre de una imagen como lo escribe Docker (`muelle/web:1`).

    Podman le pone delante el registro: `docker.io/`, o `localhost/` si la imagen se hizo aquí.
    Los demás registros son parte del nombre y se dejan.
    """
    for prefix in _REGISTRIES:
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return name


def familiar_names(tags: Iterable[str] | None) -> tuple[str, ...]:
    """Los nombres de una imagen (véase `familiar`), sin el `<none>:<none>` de las que no tienen."""
    return tuple(dict.fromkeys(familiar(tag) for tag in tags or () if not tag.startswith("<none>")))


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
