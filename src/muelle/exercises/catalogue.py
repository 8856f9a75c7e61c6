"""El catálogo: qué ejercicios hay, con su enunciado, su punto de partida y su comprobación.

Cada ejercicio es una carpeta de `exercises/GRUPO/`, con el nombre por identificador (*slug*). El grupo junta
los de un capítulo y no lleva su número: el capítulo lo dice la ficha.

- `exercise.json`: orden, capítulo, título, clase, minutos, ideas equivocadas que ataca, pistas…
- `enunciado.md`: lo que se lee, en MyST.
- `starter.*`, `solution.*`: `.py` (una celda que deja algo en `respuesta`) o el archivo que se pide.
- `check.py`: la comprobación.
- `averia.py`, si es una avería: cómo se rompe (`breakdown`); y en `right/`, otras reparaciones que valen.
- `wrong/`: respuestas equivocadas y, en `wrong.json`, el diagnóstico que debe recibir cada una.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from muelle.errors import MuelleError, NotFound


class Kind(Enum):
    """De qué clase es la respuesta."""

    PREDICTION = "prediction"
    EXPRESSION = "expression"
    DOCKERFILE = "dockerfile"
    STATE = "state"

    @property
    def label(self) -> str:
        """La clase, para leer."""
        return _LABELS[self]


_LABELS = {
    Kind.PREDICTION: "predicción",
    Kind.EXPRESSION: "expresión",
    Kind.DOCKERFILE: "Dockerfile",
    Kind.STATE: "estado del motor",
}


@dataclass(frozen=True)
class Exercise:
    """Un ejercicio del catálogo.

    Args:
        slug: identificador y nombre de la carpeta.
        order: número que ordena todo el curso.
        chapter: capítulo, sin extensión (`02-la-conversacion`).
        kind: de qué clase es la respuesta.
        minutes: minutos que suele llevar.
        points: lo que vale en las notas; 1 si no se dice.
        misconceptions: números de la lista de ideas equivocadas del curso.
        hints: de menos a más.
        lesson: lo que se dice al resolverlo.
        answer: el tipo de la respuesta: `int`, `bool`, `str`, `list`, `dict` o "" si no la hay.
        keys: si la respuesta es un diccionario, sus claves y el tipo de cada una.
        items: si la respuesta es una lista, el tipo de cada elemento.
        file: nombre del archivo que se pide, si es de clase `dockerfile`.
        engine: si la comprobación habla con el motor.
        project: si es el proyecto del capítulo.
        folder: la carpeta.
    """

    slug: str
    order: int
    chapter: str
    title: str
    kind: Kind
    minutes: int
    points: float
    misconceptions: tuple[int, ...]
    hints: tuple[str, ...]
    lesson: str
    answer: str
    keys: tuple[tuple[str, str], ...]
    items: str
    file: str
    engine: bool
    project: bool
    folder: Path

    @property
    def suffix(self) -> str:
        """El sufijo de `starter`, `solution` y las respuestas equivocadas."""
        return ".txt" if self.kind is Kind.DOCKERFILE else ".py"

    @property
    def broken(self) -> bool:
        """Si es una avería: empieza con algo roto en el motor."""
        return (self.folder / "averia.py").is_file()

    @property
    def starter(self) -> str:
        """El punto de partida."""
        return (self.folder / f"starter{self.suffix}").read_text(encoding="utf-8")


def root() -> Path:
    """La carpeta `exercises/`: la de `MUELLE_EJERCICIOS` o la del repositorio."""
    chosen = os.environ.get("MUELLE_EJERCICIOS")
    return Path(chosen) if chosen else Path(__file__).resolve().parents[3] / "exercises"


def load(folder: Path | None = None) -> tuple[Exercise, ...]:
    """Todos los ejercicios, en el orden del curso.

    Args:
        folder: carpeta con una subcarpeta por grupo y, dentro, una por ejercicio; por defecto `root()`.

    Raises:
        MuelleError: si falta la carpeta o una ficha está dañada.
    """
    folder = folder or root()
    if not folder.is_dir():
        raise MuelleError(f"No encuentro los ejercicios del curso en «{folder.name}»: recupera esa carpeta.")
    found = [_read(path.parent) for path in sorted(folder.glob("*/*/exercise.json"))]
    return tuple(sorted(found, key=lambda exercise: exercise.order))


def get(slug: str) -> Exercise:
    """Un ejercicio por su identificador.

    Raises:
        NotFound: si no existe, con los que se parecen.
    """
    for group in sorted(root().glob("*/")) if _is_name(slug) else ():
        if (group / slug / "exercise.json").is_file():
            return _read(group / slug)
    names = [exercise.slug for exercise in load()]
    import difflib

    near = difflib.get_close_matches(str(slug), names, n=3, cutoff=0.4) or names
    raise NotFound(f"No hay ningún ejercicio «{slug}»: ¿quizá {', '.join(f'«{name}»' for name in near)}?")


def statement(slug: str) -> str:
    """El enunciado, en Markdown, sin título.

    Raises:
        NotFound: si no existe el ejercicio.
    """
    return (get(slug).folder / "enunciado.md").read_text(encoding="utf-8").strip()


def cell(slug: str) -> str:
    """El código de la celda de un ejercicio tal como llega al estudiante.

    Raises:
        NotFound: si no existe el ejercicio.
    """
    exercise = get(slug)
    code = exercise.starter.strip()
    if exercise.kind is Kind.DOCKERFILE:
        code = f'respuesta = r"""\n{code}\n"""'
    lines = []
    if "client" in code:
        lines.append("client = muelle.connect()")
    if "valores" in code or _draws(exercise):
        lines.append(f'valores = muelle.values("{slug}")')
        lines.append("print(valores)")
    lines.append(code)
    answer = f'"{slug}", respuesta' if exercise.answer else f'"{slug}"'
    return "\n".join([*lines, f"muelle.check({answer})"])


def _is_name(slug: object) -> bool:
    """Si es un nombre de carpeta, y no una ruta que salga de donde se busca."""
    return isinstance(slug, str) and slug not in ("", "..") and Path(slug).name == slug


def _draws(exercise: Exercise) -> bool:
    return "def draw(" in (exercise.folder / "check.py").read_text(encoding="utf-8")


def _read(folder: Path) -> Exercise:
    try:
        data = json.loads((folder / "exercise.json").read_text(encoding="utf-8"))
        kind = Kind(data["kind"])
        return Exercise(
            slug=folder.name,
            order=int(data["order"]),
            chapter=data["chapter"],
            title=data["title"],
            kind=kind,
            minutes=int(data["minutes"]),
            points=float(data.get("points", 1)),
            misconceptions=tuple(data["misconceptions"]),
            hints=tuple(data["hints"]),
            lesson=data["lesson"],
            answer="str" if kind is Kind.DOCKERFILE else data.get("answer", ""),
            keys=tuple(data.get("keys", {}).items()),
            items=data.get("items", ""),
            file=data.get("file", "Dockerfile"),
            engine=data.get("engine", True),
            project=data.get("project", False),
            folder=folder,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MuelleError(
            f"La ficha del ejercicio «{folder.name}» está dañada ({error}): revisa su «exercise.json»."
        ) from error
