"""De las respuestas de la API (inspect, history, diff) a `Image` y `Container`. Sin E/S.

Sirve igual para un demonio vivo que para una captura.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from muelle.model.container import Container
from muelle.model.history import Row, assign_layers, by_config, instructions
from muelle.model.identity import chain_ids, familiar_tags
from muelle.model.image import Image, Instruction, Layer, Rule
from muelle.model.instruction import Known
from muelle.model.tree import Change

from .documents import Config

_SETTLED = {"stopped": "exited", "stopping": "running"}
"""Estados de paso que solo tiene Podman, y el de Docker al que corresponden."""

_GUESSED = (
    "Qué fila hizo qué capa es lo más probable con lo que el motor cuenta; para saberlo con seguridad hay "
    "que leer la configuración, que viaja con la imagen: añade --contenido."
)

_KINDS = {0: Change.CHANGED, 1: Change.ADDED, 2: Change.REMOVED}


def rows(history: Sequence[dict[str, Any]] | None) -> tuple[Row, ...]:
    """El historial de la API (la fila más nueva primero) como filas de la más antigua a la más nueva.

    Args:
        history: None si la imagen no lleva historial (así responde el almacén de containerd).
    """
    return tuple(_row(item) for item in reversed(history or ()))


def _row(item: dict[str, Any]) -> Row:
    identifier = item.get("Id") or ""
    created = item.get("Created")
    return Row(
        created_by=item.get("CreatedBy") or "",
        size=max(item.get("Size") or 0, 0),
        created=_date(created) if isinstance(created, int) else created,
        comment=item.get("Comment") or "",
        id="" if "<missing>" in identifier else identifier,
        tags=familiar_tags(item.get("Tags")),
    )


def _date(seconds: int) -> str | None:
    """Segundos desde 1970 como fecha; None si el motor no la sabe (0 o el año 1)."""
    if seconds <= 0:
        return None
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def status(state: dict[str, Any]) -> str:
    """El estado de un contenedor con las palabras de Docker.

    Args:
        state: el `State` de un inspect.
    """
    told = str(state.get("Status") or "unknown")
    return _SETTLED.get(told, told)


def diff_ids(attrs: dict[str, Any]) -> tuple[str, ...]:
    """Los DiffID de un inspect de imagen, de abajo arriba."""
    return tuple((attrs.get("RootFS") or {}).get("Layers") or ())


def image(
    attrs: dict[str, Any],
    history: tuple[Row, ...],
    parents: Callable[[], Sequence[int] | None],
    flags: Callable[[], Sequence[bool] | None],
    at_hand: Callable[[], Sequence[bool] | None] = lambda: None,
) -> Image:
    """La imagen que describen un inspect y un historial.

    Args:
        attrs: respuesta de `GET /images/{name}/json`.
        history: véase `rows`.
        parents, flags, at_hand: véase `muelle.model.assign_layers`.
    """
    positions, rule = assign_layers(history, len(diff_ids(attrs)), parents, flags, at_hand)
    sizes = {
        position: row.size for row, position in zip(history, positions, strict=True) if position is not None
    }
    return _image(attrs, instructions(history, positions, _known(attrs)), rule, sizes)


def _known(attrs: dict[str, Any]) -> Known:
    """Lo que un inspect dice de la imagen y sirve para leer su historial."""
    settings = attrs.get("Config") or {}
    return Known(
        env=frozenset(each.partition("=")[0] for each in settings.get("Env") or ()),
        labels=frozenset(settings.get("Labels") or ()),
        command=tuple(settings.get("Cmd") or ()),
        shell=tuple(settings.get("Shell") or ()),
        volumes=frozenset(settings.get("Volumes") or ()),
    )


def image_by_config(attrs: dict[str, Any], read: Config | None) -> Image:
    """La imagen que describen un inspect y su configuración, si el motor no sabe contar el historial.

    Args:
        attrs: respuesta de `GET /images/{name}/json`.
        read: la configuración; None si tampoco se conoce, y entonces las capas van sin instrucciones.
    """
    if read is None:
        return _image(attrs, (), Rule.UNKNOWN, {})
    positions, rule = by_config(read.empty_layer, len(read.diff_ids))
    return _image(attrs, instructions(read.rows, positions, read.known), rule, {})


def _image(
    attrs: dict[str, Any], history: tuple[Instruction, ...], rule: Rule, sizes: Mapping[int, int]
) -> Image:
    """La imagen con las capas de su inspect; de las que no están en `sizes` no se sabe el tamaño."""
    found = diff_ids(attrs)
    layers = tuple(
        Layer(position, diff_id, chain_id, None, sizes.get(position))
        for position, (diff_id, chain_id) in enumerate(zip(found, chain_ids(found), strict=True))
    )
    settings = attrs.get("Config") or {}
    return Image(
        id=attrs["Id"],
        tags=familiar_tags(attrs.get("RepoTags")),
        os=attrs.get("Os") or "",
        architecture=attrs.get("Architecture") or "",
        layers=layers,
        history=history,
        rule=rule,
        size=attrs.get("Size"),
        variant=attrs.get("Variant") or "",
        os_version=attrs.get("OsVersion") or "",
        created=attrs.get("Created") or None,
        env=tuple(settings.get("Env") or ()),
        labels=tuple(sorted((settings.get("Labels") or {}).items())),
        notes=() if rule is not Rule.SIZES_AND_ZERO else (_GUESSED,),
    )


def with_base(found: Image, history: Sequence[Row]) -> Image:
    """La imagen con sus `base_layers`, si el propio historial dice cuál es la de FROM.

    Con el constructor clásico, la fila más nueva de la base lleva su identificador y sus etiquetas.
    Podman repite en otras filas las etiquetas de la propia imagen: esas no cuentan.

    Args:
        history: de la fila más antigua a la más nueva.
    """
    for position in range(len(history) - 2, -1, -1):
        row = history[position]
        if row.id and set(row.tags) - set(found.tags):
            made = sum(each.layer is not None for each in found.history[: position + 1])
            return replace(found, base_layers=made or None)
    return found


def container(
    attrs: dict[str, Any], diff: Sequence[dict[str, Any]] | None, of: Image | None, writable_size: int | None
) -> Container:
    """El contenedor que describen un inspect y un diff.

    Args:
        attrs: respuesta de `GET /containers/{name}/json`.
        diff: respuesta de `GET /containers/{name}/changes`; None si no hay cambios.
        of: su imagen, o None si ya no existe.
        writable_size: bytes de la capa de escritura, si se conocen.
    """
    state = attrs.get("State") or {}
    found = status(state)
    changes = [(item["Path"], _KINDS[item["Kind"]]) for item in diff or () if item["Kind"] in _KINDS]
    return Container(
        id=attrs["Id"],
        name=(attrs.get("Name") or "").lstrip("/"),
        status=found,
        image=of,
        command=(attrs.get("Path") or "", *(attrs.get("Args") or ())),
        changes=tuple(sorted(changes, key=lambda change: change[0])),
        writable_size=writable_size,
        exit_code=state.get("ExitCode") if found in ("exited", "dead") else None,
    )
