"""Ejecuta la comprobación de un ejercicio y dice cómo acabó, sin tocar el progreso.

«Está mal» quiere decir que falló una aserción. Todo lo demás se llama por su nombre: `Outcome`.
"""

from __future__ import annotations

import inspect
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from types import CodeType
from typing import Any

import docker

from muelle.errors import EngineTimeout, EngineUnavailable, MuelleError
from muelle.exercises.bench import Bench
from muelle.exercises.catalogue import Exercise, Kind, cell
from muelle.exercises.result import (
    AnswerError,
    DeadlineError,
    Diagnosis,
    Outcome,
    Result,
    UnansweredError,
    UnsupportedError,
)
from muelle.faults import explain, is_absence

Connect = Callable[[], docker.DockerClient]

DEEPEST = 8
"""Hasta qué profundidad se buscan puntos suspensivos dentro de una respuesta."""

UNANSWERED = Diagnosis(
    "la respuesta sigue, toda o en parte, como venía.",
    "una respuesta tuya en cada parte: falta alguna.",
    "predecir antes de mirar es lo que hace que se quede; fallar aquí no cuesta nada.",
)
"""El diagnóstico de un ejercicio sin tocar, o a medias."""

UNTOUCHED = Diagnosis(
    "la celda sigue como venía.",
    "tu versión del punto de partida.",
    "lo que viene escrito es para cambiarlo: tal cual no cumple lo que se pide.",
)
"""El diagnóstico de un punto de partida que no lleva `...`, sin tocar."""


class UntouchedError(UnansweredError):
    """La respuesta es el punto de partida."""


def drawn(exercise: Exercise, ticket: str) -> dict[str, Any]:
    """Los valores que tocan a un estudiante; {} si el ejercicio no sortea.

    Args:
        ticket: `semilla:ronda`; el mismo da siempre los mismos valores.
    """
    draw = load_check(exercise).get("draw")
    return dict(draw(random.Random(f"{exercise.slug}:{ticket}"))) if draw else {}


def load_check(exercise: Exercise, code: CodeType | None = None) -> dict[str, Any]:
    """El espacio de nombres de `check.py`.

    Args:
        code: otra versión ya compilada (para probar la propia comprobación).
    """
    path = exercise.folder / "check.py"
    if code is None:
        code = compile(path.read_text(encoding="utf-8"), str(path), "exec")
    namespace: dict[str, Any] = {"__name__": f"ejercicio:{exercise.slug}", "__file__": str(path)}
    exec(code, namespace)
    return namespace


def evaluate(
    exercise: Exercise, answer: Any, connect: Connect, ticket: str, code: CodeType | None = None
) -> Result:
    """Comprueba una respuesta.

    Args:
        answer: la respuesta, o una función sin argumentos que la da; None en los de estado.
        connect: da el motor; solo se llama si el ejercicio lo necesita.
        ticket: `semilla:ronda`, de donde salen los valores.
        code: véase `load_check`.
    """

    def result(outcome: Outcome, message: str = "", **more: Any) -> Result:
        return Result(exercise.slug, exercise.title, outcome, message=message, ticket=ticket, **more)

    try:
        answer = _typed(exercise, _called(answer))
        namespace = load_check(exercise, code)
        values = drawn(exercise, ticket)
        if exercise.engine:
            client = connect()
            with Bench(client, exercise.slug) as bench:
                _call(namespace, {**values, "answer": answer, "client": client, "bench": bench})
        else:
            _call(namespace, {**values, "answer": answer})
    except UntouchedError:
        return result(Outcome.UNANSWERED, diagnosis=UNTOUCHED)
    except UnansweredError:
        return result(Outcome.UNANSWERED, diagnosis=UNANSWERED)
    except AssertionError as error:
        found = error.args[0] if error.args else None
        if not isinstance(found, Diagnosis):
            return result(Outcome.BROKEN, f"{_OURS} (una aserción sin diagnóstico)")
        line = _line(error, exercise.folder / "check.py")
        if exercise.kind is Kind.PREDICTION and line is not None:
            found = replace(found, answered=True)
        return result(Outcome.WRONG, diagnosis=found, line=line)
    except AnswerError as error:
        return result(Outcome.CRASHED, str(error))
    except DeadlineError as error:
        return result(Outcome.TIMEOUT, str(error))
    except UnsupportedError as error:
        return result(Outcome.UNSUPPORTED, str(error))
    except EngineUnavailable as error:
        timed_out = isinstance(error, EngineTimeout)
        return result(Outcome.TIMEOUT if timed_out else Outcome.NO_ENGINE, str(error))
    except MuelleError as error:
        return result(Outcome.BROKEN, str(error))
    except Exception as error:
        fault = explain(error)
        if isinstance(fault, EngineTimeout):
            return result(Outcome.TIMEOUT, str(fault))
        if isinstance(fault, EngineUnavailable):
            return result(Outcome.NO_ENGINE, str(fault))
        return result(Outcome.BROKEN, f"{_OURS}: {fault or f'{type(error).__name__}: {error}'}")
    return result(Outcome.SOLVED, exercise.lesson)


_OURS = "La comprobación falló por su cuenta; no es culpa tuya"

_TYPES: Mapping[str, tuple[type, str]] = {
    "int": (int, "un número entero"),
    "bool": (bool, "True o False"),
    "str": (str, "un texto"),
    "list": (list, "una lista"),
    "dict": (dict, "un diccionario"),
}


_NAMES: Mapping[str, str] = {
    **{kind.__name__: words for kind, words in _TYPES.values()},
    "bool": "un True o un False",
    "float": "un número con decimales",
    "complex": "un número",
    "NoneType": "un None, que es «nada»",
    "bytes": "un texto en bytes, sin decodificar",
    "tuple": "una tupla",
    "set": "un conjunto",
    "Container": "un contenedor entero",
    "Image": "una imagen entera",
}
"""Cómo se le llama a un valor al hablar con quien empieza, por el nombre de su tipo en Python."""


def _called(answer: Any) -> Any:
    """La respuesta; si es una función, lo que devuelve.

    Raises:
        AnswerError: si la función falla por algo que no sea el motor.
    """
    if not callable(answer):
        return answer
    try:
        return answer()
    except (AnswerError, EngineUnavailable):
        raise
    except (Exception, SystemExit) as error:
        if is_absence(error):
            raise
        raise AnswerError(f"Tu función falló: {type(error).__name__}: {error}") from error


def _typed(exercise: Exercise, answer: Any) -> Any:
    """La respuesta, si es del tipo que se pide.

    Raises:
        UnansweredError: si está sin poner.
        AssertionError: con su diagnóstico, si es de otro tipo.
    """
    if not exercise.answer:
        return None
    if exercise.kind is Kind.DOCKERFILE and isinstance(answer, str) and _same(answer, exercise.starter):
        raise UntouchedError
    if isinstance(answer, tuple):
        answer = list(answer)
    if answer is None or _is_empty(answer) or _has_dots(answer):
        raise UnansweredError
    _must_be("`respuesta`", answer, exercise.answer)
    if exercise.keys:
        if set(answer) != {name for name, _ in exercise.keys}:
            raise AssertionError(
                Diagnosis(
                    f"un diccionario con las claves {_listed(answer)}.",
                    f"exactamente estas claves: {_listed(name for name, _ in exercise.keys)}.",
                    "la comprobación busca cada parte de la respuesta por su nombre.",
                )
            )
        for name, kind in exercise.keys:
            _must_be(f'`respuesta["{name}"]`', answer[name], kind)
    if exercise.items:
        for number, item in enumerate(answer):
            _must_be(f"`respuesta[{number}]`", item, exercise.items)
    return answer


def _same(one: str, other: str) -> bool:
    """Si dos textos dicen lo mismo, sin contar espacios al final de línea ni líneas en blanco."""
    return [line.rstrip() for line in one.splitlines() if line.strip()] == [
        line.rstrip() for line in other.splitlines() if line.strip()
    ]


def untouched(exercise: Exercise, source: str) -> bool:
    """Si una celda es la que llegó al estudiante, tal cual.

    Args:
        source: su código.
    """
    lines = "\n".join(line for line in source.splitlines() if line.strip() != "import muelle")
    return _same(lines, cell(exercise.slug))


def _is_empty(answer: Any) -> bool:
    if isinstance(answer, str):
        return not answer.strip()
    return isinstance(answer, list | dict) and not answer


def _has_dots(answer: Any, depth: int = 0) -> bool:
    """Si quedan puntos suspensivos en la respuesta o dentro de ella: falta algo por contestar."""
    if isinstance(answer, dict):
        answer = list(answer.values())
    if isinstance(answer, list | tuple | set | frozenset) and depth < DEEPEST:
        return any(_has_dots(part, depth + 1) for part in answer)
    return answer is ...


def _must_be(name: str, value: Any, kind: str) -> None:
    wanted, words = _TYPES[kind]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        raise AssertionError(
            Diagnosis(
                f"en {name} hay {_NAMES.get(type(value).__name__, 'otra cosa')}.",
                f"{words}.",
                "solo se puede comparar con lo que dice el motor algo del mismo tipo.",
            )
        )


def _listed(names: Any) -> str:
    return ", ".join(f"«{name}»" for name in names) or "ninguna"


def _call(namespace: Mapping[str, Any], arguments: Mapping[str, Any]) -> None:
    for name, function in list(namespace.items()):
        if name.startswith("check") and callable(function):
            call_with(function, arguments)


def call_with(function: Callable[..., object], arguments: Mapping[str, Any]) -> None:
    """Llama a una función con los argumentos que pide, por su nombre."""
    function(**{wanted: arguments[wanted] for wanted in inspect.signature(function).parameters})


def _line(error: BaseException, path: Path) -> int | None:
    trace, line = error.__traceback__, None
    while trace:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
