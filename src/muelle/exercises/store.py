"""El progreso del estudiante: un JSON pequeño que se guarda donde diga `use`; si no dice nada, en un archivo.

    {"version": 1, "seed": "…",
     "exercises": {"slug": {"attempts": 3, "solved": true, "hints": 1, "round": 0}}}

Los identificadores desconocidos se ignoran y se conservan; lo dañado se aparta y se empieza otro;
si no se puede escribir, el curso sigue sin recordar.
"""

from __future__ import annotations

import contextlib
import json
import secrets
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Protocol

from .disk import File


class Storage(Protocol):
    """Dónde se guarda el texto del progreso. Lo que no se pueda hacer es un `OSError`."""

    def read(self) -> str | None:
        """Lo guardado, o None si no hay nada."""

    def begin(self, text: str) -> str:
        """Guarda lo primero y devuelve lo que quedó: puede ser lo de otro que empezó a la vez."""

    def write(self, text: str) -> None:
        """Guarda en lugar de lo que hubiera."""

    def set_aside(self) -> None:
        """Aparta lo guardado, que no se entiende, sin perderlo."""


_storage: list[Storage] = [File()]


def use(storage: Storage | None) -> None:
    """Guarda el progreso en otro sitio, como el almacén de un navegador; None, en el archivo de siempre."""
    _storage[:] = [File() if storage is None else storage]


@dataclass(frozen=True)
class Mark:
    """Lo que se recuerda de un ejercicio.

    Args:
        attempts: comprobaciones que llegaron a un veredicto sobre la respuesta.
        solved: si se resolvió alguna vez.
        hints: cuántas pistas se han leído.
        round: qué sorteo de valores toca; sube solo cuando se pide otra vez.
    """

    attempts: int = 0
    solved: bool = False
    hints: int = 0
    round: int = 0


@dataclass
class Progress:
    """Todo el progreso, tal como está en el archivo.

    Args:
        seed: al azar, una por estudiante: de ella salen sus valores.
        marks: por identificador de ejercicio.
    """

    seed: str
    marks: dict[str, Mark] = field(default_factory=dict)

    def mark(self, slug: str) -> Mark:
        """Lo que se recuerda de `slug`; si nada, una marca en blanco."""
        return self.marks.get(slug, Mark())


def read() -> Progress:
    """Lee el progreso; si no lo hay o está dañado, empieza uno y lo guarda."""
    storage = _storage[0]
    fresh = Progress(secrets.token_hex(4))
    try:
        text = storage.read()
        if text is None:
            text = storage.begin(_text(fresh))
    except OSError:
        return Progress(_SESSION)  # carpeta de solo lectura: se sigue sin recordar
    try:
        return _parse(json.loads(text))
    except _DAMAGED:
        pass
    try:
        with contextlib.suppress(OSError):
            storage.set_aside()
        return _parse(json.loads(storage.begin(_text(fresh))))
    except (OSError, *_DAMAGED):
        return Progress(_SESSION)


def update(slug: str, **changes: Any) -> Progress:
    """Cambia la marca de `slug` (campos de `Mark`) sobre lo último guardado.

    Returns:
        El progreso ya cambiado, se haya podido guardar o no.
    """
    progress = read()
    progress.marks[slug] = replace(progress.mark(slug), **changes)
    with contextlib.suppress(OSError):
        _storage[0].write(_text(progress))
    return progress


_DAMAGED = (ValueError, TypeError, AttributeError, KeyError)
"""Lo que lanza leer un progreso que no es como debe."""

_SESSION = secrets.token_hex(4)
"""Una semilla que no cambia mientras vive el proceso, por si no se puede guardar."""


def _parse(data: Any) -> Progress:
    known = Mark.__dataclass_fields__
    marks = {}
    for slug, mark in data["exercises"].items():
        kept = Mark(**{name: value for name, value in mark.items() if name in known})
        if [type(value) for value in asdict(kept).values()] != [int, bool, int, int]:
            raise TypeError(slug)
        marks[slug] = kept
    seed = data["seed"]
    if not isinstance(seed, str) or not seed:
        raise TypeError("seed")
    return Progress(seed, marks)


def _text(progress: Progress) -> str:
    exercises = {slug: asdict(mark) for slug, mark in sorted(progress.marks.items())}
    return json.dumps(
        {"version": 1, "seed": progress.seed, "exercises": exercises}, ensure_ascii=False, indent=1
    )
