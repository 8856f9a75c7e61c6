"""Cada ejercicio, contra un motor de verdad: como viene, resuelto, y con cada respuesta equivocada."""

from __future__ import annotations

import ast
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
from docker.errors import APIError

from muelle import base, exercises
from muelle.errors import EngineUnavailable
from muelle.exercises import Exercise, Kind, Outcome, Result, evaluate
from muelle.exercises.evaluate import drawn
from muelle.exercises.run import read_answer

ALL = exercises.load()
TICKETS = ("prueba-a:0", "prueba-b:1")
"""Dos estudiantes: los valores sorteados son distintos."""

pytestmark = pytest.mark.live

each = pytest.mark.parametrize("exercise", ALL, ids=[exercise.slug for exercise in ALL])


@pytest.fixture(scope="module")
def client() -> Iterator[docker.DockerClient]:
    """El motor; si no responde, un fallo con una frase (nunca un salto)."""
    from muelle import engine

    client = engine.connect()
    base.ensure(client)
    yield client
    client.close()


class Student:
    """Alguien que responde a un ejercicio y deja en el motor lo que sea."""

    def __init__(self, client: docker.DockerClient, exercise: Exercise, ticket: str) -> None:
        self.client, self.exercise, self.ticket = client, exercise, ticket

    def __enter__(self) -> Student:
        return self

    def __exit__(self, *_error: object) -> None:
        names = [str(value) for value in drawn(self.exercise, self.ticket).values()]
        for name in (name for name in names if name.startswith("muelle-")):
            for container in self.client.containers.list(all=True, filters={"name": name}):
                container.remove(force=True)
        for name in (name for name in names if name.startswith("muelle/")):
            with contextlib.suppress(APIError):
                self.client.api.remove_image(name, force=True)

    def answer(self, path: Path) -> Any:
        return read_answer(self.exercise, path, lambda: self.client, self.ticket)

    def check(self, answer: Any, code: Any = None) -> Result:
        return evaluate(self.exercise, answer, lambda: self.client, self.ticket, code)


def _file(folder: Path, stem: str) -> Path:
    (found,) = folder.glob(f"{stem}.*")
    return found


def _wrong(exercise: Exercise) -> dict[str, str]:
    """Respuesta equivocada -> trozo del diagnóstico que debe recibir."""
    data: dict[str, str] = json.loads((exercise.folder / "wrong" / "wrong.json").read_text(encoding="utf-8"))
    return data


def _weakened(source: str, path: Path, assertion: ast.Assert) -> Any:
    """La comprobación sin una de sus aserciones."""

    class Weaken(ast.NodeTransformer):
        def visit_Assert(self, node: ast.Assert) -> ast.AST:
            return ast.copy_location(ast.Pass(), node) if node.lineno == assertion.lineno else node

    return compile(ast.fix_missing_locations(Weaken().visit(ast.parse(source))), str(path), "exec")


@each
def test_as_shipped_fails_with_an_assertion(client: docker.DockerClient, exercise: Exercise) -> None:
    with Student(client, exercise, TICKETS[0]) as student:
        result = student.check(student.answer(_file(exercise.folder, "starter")))
    assert result.outcome in (Outcome.WRONG, Outcome.UNANSWERED), result
    assert result.diagnosis


@each
def test_solution_passes_twice(client: docker.DockerClient, exercise: Exercise) -> None:
    path = _file(exercise.folder, "solution")
    for ticket, times in zip(TICKETS, (2, 1 if drawn(exercise, TICKETS[0]) else 0), strict=True):
        with Student(client, exercise, ticket) as student:
            for _ in range(times):
                result = student.check(student.answer(path))
                assert result.outcome is Outcome.SOLVED, result
    assert exercise.lesson in str(result)


@each
def test_wrong_answers_get_their_diagnosis_and_every_assertion_is_needed(
    client: docker.DockerClient, exercise: Exercise
) -> None:
    check = exercise.folder / "check.py"
    source = check.read_text(encoding="utf-8")
    pending = {node.lineno: node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Assert)}
    assert pending, "una comprobación sin aserciones no comprueba nada"
    for name, fragment in _wrong(exercise).items():
        with Student(client, exercise, TICKETS[0]) as student:
            answer = student.answer(exercise.folder / "wrong" / name)
            result = student.check(answer)
            assert result.outcome is Outcome.WRONG, f"{name}: {result}"
            assert fragment in str(result.diagnosis), f"{name}: {result}"
            for line, node in list(pending.items()):
                if line <= (result.line or 0) <= (node.end_lineno or line):
                    weakened = student.check(answer, _weakened(source, check, node))
                    if weakened.outcome in (Outcome.SOLVED, Outcome.BROKEN):
                        del pending[line]
    assert not pending, (
        f"ninguna respuesta equivocada necesita las aserciones de las líneas {sorted(pending)}"
    )


@each
def test_no_engine_is_reported_as_such(exercise: Exercise) -> None:
    def nobody() -> docker.DockerClient:
        raise EngineUnavailable("No hay ningún motor de Docker que responda.")

    def gone() -> docker.DockerClient:
        return docker.DockerClient(base_url="tcp://127.0.0.1:9", version="1.41", timeout=2)

    answer = _plausible(exercise)
    expected = Outcome.NO_ENGINE if exercise.engine else Outcome.WRONG
    for connect in (nobody, gone):
        result = evaluate(exercise, answer, connect, TICKETS[0])
        assert result.outcome is expected, result


def _plausible(exercise: Exercise) -> Any:
    """Una respuesta del tipo que se pide, para llegar hasta el motor."""
    sample: dict[str, Any] = {"int": 1, "bool": True, "str": "algo", "list": [1], "": None}
    if exercise.keys:
        return {name: sample[kind] for name, kind in exercise.keys}
    return sample[exercise.answer]


def test_nothing_is_left_behind(client: docker.DockerClient) -> None:
    mine = {"label": "muelle.comprobacion"}
    assert client.containers.list(all=True, filters=mine) == []
    assert client.api.images(filters=mine) == []
    assert client.api.images(name="muelle/prueba") == []


def test_the_catalogue_covers_what_the_course_promises() -> None:
    assert len(ALL) >= 24
    assert {number for exercise in ALL for number in exercise.misconceptions} >= {*range(1, 17), 18, 19, 20}
    assert {exercise.kind for exercise in ALL} == set(Kind)
    chapters = {exercise.chapter for exercise in ALL}
    assert len(chapters) == 7
    for chapter in chapters:
        assert sum(exercise.project for exercise in ALL if exercise.chapter == chapter) == 1, chapter
    assert sum(bool(drawn(exercise, "x:0")) for exercise in ALL) * 3 >= len(ALL)


@each
def test_folder_is_complete(exercise: Exercise) -> None:
    assert len(_wrong(exercise)) >= 2
    assert set(_wrong(exercise)) == {
        path.name for path in (exercise.folder / "wrong").iterdir() if path.suffix in (".py", ".txt")
    }
    assert len(set(_wrong(exercise).values())) >= 2, (
        "las respuestas equivocadas reciben diagnósticos distintos"
    )
    assert exercise.hints
    assert all(hint.strip() for hint in exercise.hints)
    assert exercises.statement(exercise.slug)
    allowed = {"exercise.json", "enunciado.md", "check.py", "wrong"}
    stray = {p.name for p in exercise.folder.iterdir() if p.name != "__pycache__"} - allowed
    assert {name.partition(".")[0] for name in stray} == {"starter", "solution"}, "sobran archivos"


@each
def test_every_assertion_carries_three_sentences(exercise: Exercise) -> None:
    for node in ast.walk(ast.parse((exercise.folder / "check.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assert):
            assert isinstance(node.msg, ast.Call), f"línea {node.lineno}: sin diagnóstico"
            assert getattr(node.msg.func, "id", "") == "diagnosis"
            assert len(node.msg.args) == 3
