"""Del historial a las capas: qué filas crearon una capa y qué regla lo decidió.

`n` son las capas de la imagen y las filas van de la más antigua a la más nueva.
Una fila con bytes creó una capa con seguridad; una de cero bytes que no sea de metadatos quizá.
Las reglas se prueban en orden. Las seguras, primero; la de las filas de cero bytes puede equivocarse (kaniko
hace capa de un `VOLUME` y no de un `RUN` que no cambia nada), y por eso lo que decide se muestra como
probable. Si todas callan, las capas se muestran sin instrucción.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .image import Instruction, Rule
from .instruction import METADATA, NOTHING, Known, keywords, read_history

Positions = tuple[int | None, ...]
"""Por cada fila, la posición de la capa que creó, o None."""


@dataclass(frozen=True)
class Row:
    """Una fila del historial tal como la da una fuente.

    Args:
        created_by: el texto del motor.
        size: bytes; su unidad depende del motor (archivos, bloques de disco o tar).
        created: fecha ISO 8601, o None.
        comment: comentario del motor (`buildkit.dockerfile.v0`, `Imported from -`…).
        id: identificador de la imagen de esa fila, o "" si el motor no la conoce (`<missing>`).
        tags: etiquetas de esa imagen.
    """

    created_by: str
    size: int = 0
    created: str | None = None
    comment: str = ""
    id: str = ""
    tags: tuple[str, ...] = ()


def by_sizes(rows: Sequence[Row], count: int) -> Positions | None:
    """Regla 1: las filas con bytes son exactamente `count`.

    Returns:
        Las posiciones, o None si la regla no decide.
    """
    return _number([row.size > 0 for row in rows], count)


def by_sizes_and_zero(rows: Sequence[Row], count: int) -> Positions | None:
    """Regla 2: con bytes o, con cero bytes, de una instrucción que no es de metadatos.

    Returns:
        Las posiciones, o None si la regla no decide.
    """
    words = keywords(row.created_by for row in rows)
    return _number(
        [row.size > 0 or word not in METADATA for row, word in zip(rows, words, strict=True)], count
    )


def by_parents(layer_counts: Sequence[int], count: int) -> Positions | None:
    """Regla 3: una fila creó una capa si su imagen intermedia tiene una capa más que la anterior.

    Args:
        layer_counts: capas de la imagen intermedia de cada fila, de la más antigua a la más nueva.

    Returns:
        Las posiciones, o None si las cuentas no crecen de una en una hasta `count`.
    """
    grew = []
    below = 0
    for layers in layer_counts:
        if layers - below not in (0, 1):
            return None
        grew.append(layers > below)
        below = layers
    return _number(grew, count)


def by_flags(empty_layer: Sequence[bool], count: int) -> Positions | None:
    """Regla 4: lo que dice `history[].empty_layer` de la configuración (OCI, config.md).

    Returns:
        Las posiciones, o None si las filas no vacías no son `count`.
    """
    return _number([not empty for empty in empty_layer], count)


def assign_layers(
    rows: Sequence[Row],
    count: int,
    parents: Callable[[], Sequence[int] | None],
    flags: Callable[[], Sequence[bool] | None],
    at_hand: Callable[[], Sequence[bool] | None] = lambda: None,
) -> tuple[Positions, Rule]:
    """Une historial y capas con la primera regla que decida, y antes las seguras (`Rule.certain`).

    Args:
        rows: el historial, de la fila más antigua a la más nueva.
        count: `len(RootFS.Layers)`.
        parents: da las capas de la imagen intermedia de cada fila, o None si no se pueden saber;
            solo se llama si calla la regla 1 y todas las filas dicen su imagen, porque cuesta peticiones.
        flags: da los `empty_layer` de la configuración, o None; solo se llama si callan las demás,
            porque cuesta descargar la imagen.
        at_hand: da los `empty_layer` si se pueden leer sin descargar nada; solo se llama si calla la regla 1.

    Returns:
        Una posición (o None) por fila, y la regla. Con `Rule.UNKNOWN` todas son None.
    """
    found = by_sizes(rows, count)
    if found is not None:
        return found, Rule.SIZES
    empty = at_hand()
    if empty is not None and len(empty) == len(rows):
        return by_config(empty, count)
    counts = parents() if rows and all(row.id for row in rows) else None
    if counts is not None and len(counts) == len(rows):
        found = by_parents(counts, count)
        if found is not None:
            return found, Rule.PARENTS
    found = by_sizes_and_zero(rows, count)
    if found is not None:
        return found, Rule.SIZES_AND_ZERO
    empty = flags() if rows else None
    if empty is not None and len(empty) == len(rows):
        return by_config(empty, count)
    return (None,) * len(rows), Rule.UNKNOWN


def by_config(empty_layer: Sequence[bool], count: int) -> tuple[Positions, Rule]:
    """Lo mismo que `assign_layers` cuando la configuración está delante: su palabra basta (regla 4)."""
    found = by_flags(empty_layer, count)
    return (found, Rule.CONFIG) if found is not None else ((None,) * len(empty_layer), Rule.UNKNOWN)


def instructions(
    rows: Sequence[Row], positions: Positions, known: Known = NOTHING
) -> tuple[Instruction, ...]:
    """Las filas como instrucciones de un Dockerfile, con la capa que creó cada una.

    Args:
        known: lo que la configuración dice de la imagen, si se conoce.
    """
    return tuple(
        Instruction(text, keyword, position, row.size, row.created_by, row.created, row.comment)
        for row, position, (keyword, text) in zip(rows, positions, read_history(rows, known), strict=True)
    )


def _number(makes_layer: Sequence[bool], count: int) -> Positions | None:
    """Numera las filas que crean capa, si son `count`."""
    if sum(makes_layer) != count:
        return None
    positions: list[int | None] = []
    following = 0
    for makes in makes_layer:
        positions.append(following if makes else None)
        following += makes
    return tuple(positions)
