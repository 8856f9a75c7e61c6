"""El progreso del estudiante: un JSON pequeño en su carpeta de datos.

    {"version": 1, "seed": "…",
     "exercises": {"slug": {"attempts": 3, "solved": true, "hints": 1, "round": 0}}}

Los identificadores desconocidos se ignoran y se conservan; un archivo dañado se aparta y se empieza otro;
si la carpeta no se puede escribir, el curso sigue sin recordar.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any


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


def path() -> Path:
    """Dónde está el archivo: `MUELLE_HOME` o la carpeta de datos del sistema."""
    home = os.environ.get("MUELLE_HOME")
    if home:
        return Path(home) / "progreso.json"
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "muelle" / "progreso.json"


def read() -> Progress:
    """Lee el progreso; si no lo hay o está dañado, empieza uno y lo guarda."""
    file = path()
    try:
        return _parse(json.loads(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        pass
    except OSError:
        return Progress(_SESSION)
    except (ValueError, TypeError, AttributeError, KeyError):
        with contextlib.suppress(OSError):
            file.replace(file.with_name(f"progreso-dañado-{time.time_ns()}.json"))
    return _begin(file)


def update(slug: str, **changes: Any) -> Progress:
    """Cambia la marca de `slug` (campos de `Mark`) sobre lo último guardado.

    Returns:
        El progreso ya cambiado, se haya podido guardar o no.
    """
    progress = read()
    progress.marks[slug] = replace(progress.mark(slug), **changes)
    with contextlib.suppress(OSError):
        _write(path(), progress)
    return progress


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


def _begin(file: Path) -> Progress:
    fresh = Progress(secrets.token_hex(4))
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as stream:
            stream.write(_text(fresh))
    except FileExistsError:  # otro proceso empezó a la vez: vale el suyo
        with contextlib.suppress(OSError, ValueError, TypeError, AttributeError, KeyError):
            return _parse(json.loads(file.read_text(encoding="utf-8")))
    except OSError:
        return Progress(_SESSION)  # carpeta de solo lectura: se sigue sin recordar
    return fresh


_SESSION = secrets.token_hex(4)
"""Una semilla que no cambia mientras vive el proceso, por si no se puede guardar."""


def _text(progress: Progress) -> str:
    exercises = {slug: asdict(mark) for slug, mark in sorted(progress.marks.items())}
    return json.dumps(
        {"version": 1, "seed": progress.seed, "exercises": exercises}, ensure_ascii=False, indent=1
    )


def _write(file: Path, progress: Progress) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f".{file.name}.{os.getpid()}")
    temporary.write_text(_text(progress), encoding="utf-8")
    temporary.replace(file)
