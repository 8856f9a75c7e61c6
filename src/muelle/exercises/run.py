"""Lo que se usa desde una celda o el terminal: comprobar, pedir una pista, ver el progreso.

>>> muelle.check("cuantas-capas", 3)
>>> muelle.hint("cuantas-capas")
>>> muelle.progress()
"""

from __future__ import annotations

import html
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import docker

from muelle import engine
from muelle.errors import system_reason
from muelle.exercises.evaluation import UNTOUCHED, Connect, drawn, evaluate, untouched
from muelle.faults import is_absence

from . import store
from .catalogue import Exercise, Kind, get, load
from .result import AnswerError, Outcome, Result, rich


def connect_to_course() -> docker.DockerClient:
    """El motor del curso, por el único sitio por el que hablan las celdas: `muelle.connect()`."""
    return engine.connect()


def check(slug: str, answer: Any = None, *, connect: Connect = connect_to_course) -> Result:
    """Comprueba un ejercicio y lo apunta en el progreso.

    Args:
        slug: el ejercicio.
        answer: la respuesta; no hace falta en los que miran el estado del motor.
        connect: da el motor; se llama solo si hace falta.

    Raises:
        NotFound: si no existe el ejercicio.
    """
    exercise = get(slug)
    mark = store.read().mark(slug)
    if untouched(exercise, _cell_source()) and not exercise.broken:  # una avería se repara donde sea
        result = Result(slug, exercise.title, Outcome.UNANSWERED, UNTOUCHED, ticket=ticket(slug))
    else:
        result = evaluate(exercise, answer, connect, ticket(slug))
    if result.outcome in (Outcome.SOLVED, Outcome.WRONG, Outcome.CRASHED, Outcome.TIMEOUT):
        mark = replace(mark, attempts=mark.attempts + 1, solved=mark.solved or result.solved)
        store.update(slug, attempts=mark.attempts, solved=mark.solved)
    return replace(result, attempts=mark.attempts)


def _cell_source() -> str:
    """El código de la celda que se está ejecutando, o "" fuera de un cuaderno."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    cells = shell.user_ns.get("In", [""]) if shell else [""]
    return str(cells[-1]) if cells else ""


def check_file(slug: str, path: Path, *, connect: Connect = connect_to_course) -> Result:
    """Comprueba la respuesta que hay en un archivo, como `check`.

    Args:
        path: un `.py` que deja la respuesta en `respuesta` (dispone de `client` y `valores`),
            o el Dockerfile que se pide.

    Raises:
        NotFound: si no existe el ejercicio.
    """
    exercise = get(slug)

    def answer() -> Any:
        # Un archivo que crea contenedores no se puede ejecutar dos veces: si ya está hecho, basta mirar.
        if exercise.kind is Kind.STATE and evaluate(exercise, None, connect, ticket(slug)).solved:
            return None
        return read_answer(exercise, path, connect, ticket(slug))

    return check(slug, answer, connect=connect)


def read_answer(exercise: Exercise, path: Path, connect: Connect, used: str) -> Any:
    """La respuesta escrita en un archivo.

    Args:
        path: un `.py`, que se ejecuta, u otro archivo, que es la respuesta misma.
        used: de dónde salen sus valores (`semilla:ronda`).

    Raises:
        AnswerError: si no se puede leer, o si el código falla o se sale; dice la línea.
        EngineUnavailable: si necesita el motor y no lo hay.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # -sig: hay editores que ponen delante la marca BOM
    except UnicodeDecodeError as error:
        raise AnswerError(f"«{path.name}» no está en UTF-8: guárdalo con esa codificación.") from error
    except OSError as error:
        raise AnswerError(f"No se puede leer «{path.name}»: {system_reason(error)}.") from error
    if path.suffix != ".py":
        return text
    namespace: dict[str, Any] = {"valores": drawn(exercise, used)}
    if "client" in text:
        namespace["client"] = connect()
    try:
        exec(compile(text, "respuesta.py", "exec"), namespace)
    except SyntaxError as error:
        raise AnswerError(f"Tu código no se entiende (línea {error.lineno}): {error.msg}.") from error
    except (Exception, SystemExit) as error:
        if is_absence(error):
            raise
        trace, line = error.__traceback__, 0
        while trace:
            line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == "respuesta.py" else line
            trace = trace.tb_next
        raise AnswerError(f"Tu código falló en la línea {line}: {type(error).__name__}: {error}") from error
    return namespace.get("respuesta")


def ticket(slug: str) -> str:
    """La semilla y la ronda de las que salen los valores de este estudiante."""
    progress = store.read()
    return f"{progress.seed}:{progress.mark(slug).round}"


class Values(dict[str, Any]):
    """Los valores que te tocaron en un ejercicio: se usan como un diccionario y se imprimen en líneas."""

    def __str__(self) -> str:
        return (
            "\n".join(f"{name}: {value}" for name, value in self.items()) or "(este ejercicio no sortea nada)"
        )


def values(slug: str) -> Values:
    """Los valores que te tocaron en un ejercicio. No cambian hasta que pides otros con `again`.

    Raises:
        NotFound: si no existe el ejercicio.
    """
    return Values(drawn(get(slug), ticket(slug)))


def again(slug: str) -> Values:
    """Sortea otros valores para practicar otra vez; lo resuelto sigue resuelto.

    Raises:
        NotFound: si no existe el ejercicio.
    """
    get(slug)
    store.update(slug, round=store.read().mark(slug).round + 1)
    return values(slug)


@dataclass(frozen=True)
class Hint:
    """Una pista.

    Args:
        number, total: cuál es y cuántas hay.
    """

    title: str
    number: int
    total: int
    text: str

    def __str__(self) -> str:
        more = "" if self.number < self.total else " (no hay más)"
        return f"Pista {self.number} de {self.total}{more}: {self.text}"

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f'<div class="muelle-pista"><p>{rich(str(self))}</p></div>'


def hint(slug: str) -> Hint:
    """La siguiente pista de un ejercicio, de una en una; tras la última, vuelve a la primera.

    Raises:
        NotFound: si no existe el ejercicio.
    """
    exercise = get(slug)
    read = store.read().mark(slug).hints
    number = read % len(exercise.hints) + 1
    store.update(slug, hints=read + 1)
    return Hint(exercise.title, number, len(exercise.hints), exercise.hints[number - 1])


@dataclass(frozen=True)
class Row:
    """Un ejercicio y lo que se lleva hecho de él."""

    exercise: Exercise
    mark: store.Mark

    @property
    def state(self) -> str:
        """`✓ resuelto`, `✗ empezado` o `· sin empezar`."""
        if self.mark.solved:
            return "✓ resuelto"
        return "✗ empezado" if self.mark.attempts else "· sin empezar"


@dataclass(frozen=True)
class Overview:
    """Todos los ejercicios con su progreso, en el orden del curso."""

    rows: tuple[Row, ...]

    @property
    def solved(self) -> int:
        """Cuántos están resueltos."""
        return sum(row.mark.solved for row in self.rows)

    def __str__(self) -> str:
        lines = [f"Resueltos: {self.solved} de {len(self.rows)}"]
        chapter = ""
        for row in self.rows:
            if row.exercise.chapter != chapter:
                chapter = row.exercise.chapter
                lines.append(f"\n{chapter}")
            lines.append(f"  {row.state:<14} {row.exercise.slug} — {row.exercise.title}")
        return "\n".join(lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(row.exercise.chapter)}</td><td>{rich(row.exercise.title)}</td>"
            f"<td><code>{html.escape(row.exercise.slug)}</code></td><td>{html.escape(row.state)}</td>"
            f"<td>{row.mark.attempts}</td></tr>"
            for row in self.rows
        )
        head = "".join(
            f'<th scope="col">{name}</th>'
            for name in ("Capítulo", "Ejercicio", "Nombre", "Estado", "Intentos")
        )
        return (
            f"<table><caption>Resueltos: {self.solved} de {len(self.rows)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def progress() -> Overview:
    """Lo que llevas hecho de todo el curso."""
    marks = store.read()
    return Overview(tuple(Row(exercise, marks.mark(exercise.slug)) for exercise in load()))
