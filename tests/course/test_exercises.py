"""Cada ejercicio, contra un motor de verdad: como viene, resuelto, y con cada respuesta equivocada."""

from __future__ import annotations

import ast
import contextlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from types import CodeType
from typing import Any

import docker
import pytest
from docker.errors import APIError, NotFound

from muelle import base, exercises
from muelle.errors import EngineUnavailable
from muelle.exercises import Diagnosis, Exercise, Kind, Outcome, Result, evaluate
from muelle.exercises.evaluation import UNANSWERED, drawn
from muelle.exercises.run import read_answer
from muelle.exercises.workshop import MARK, Workshop
from remains import remains

ALL = exercises.load()
TICKETS = ("prueba-a:0", "prueba-b:1")
"""Dos estudiantes: los valores sorteados son distintos."""

AT_ONCE = 4
"""Ejercicios que se prueban a la vez: casi todo es esperar al motor."""

FAILED: dict[str, list[tuple[int, Diagnosis]]] = {}
"""Por ejercicio, qué aserciones fallaron con la última respuesta, en orden, y su diagnóstico."""

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


def _remains(client: docker.DockerClient) -> frozenset[str]:
    """Lo que una comprobación o una avería puede dejar en el motor."""
    broken = (f"{MARK}={exercise.slug}" for exercise in ALL if exercise.broken)
    return remains(client, ("muelle.comprobacion", *broken), ["muelle/prueba"])


@pytest.fixture(scope="module")
def before(client: docker.DockerClient) -> frozenset[str]:
    """Lo que ya había en el motor antes de la primera comprobación."""
    return _remains(client)


class Student:
    """Alguien que responde a un ejercicio y deja en el motor lo que sea."""

    def __init__(self, client: docker.DockerClient, exercise: Exercise, ticket: str) -> None:
        self.client, self.exercise, self.ticket = client, exercise, ticket

    def __enter__(self) -> Student:
        return self

    def __exit__(self, *_error: object) -> None:
        names = [str(value) for value in drawn(self.exercise, self.ticket).values()]
        nameless = set()
        for name in (name for name in names if name.startswith("muelle-")):
            for container in self.client.containers.list(all=True, filters={"name": name}):
                if not self.client.api.inspect_image(container.attrs["Image"]).get("RepoTags"):
                    nameless.add(container.attrs["Image"])
                container.remove(force=True, v=True)
            for network in self.client.networks.list(names=[name]):
                network.remove()
        if self.exercise.broken:
            Workshop(self.client, self.exercise.slug).clear()
        for volume in (name for name in names if name.startswith("muelle-")):
            with contextlib.suppress(NotFound):
                self.client.api.remove_volume(volume)
        for image in [name for name in names if name.startswith("muelle/")] + sorted(nameless):
            with contextlib.suppress(APIError):
                self.client.api.remove_image(image, force=True)

    def breaks(self) -> None:
        """Pone su avería, si el ejercicio lo es."""
        if self.exercise.broken:
            exercises.break_down(self.exercise, self.client, self.ticket)

    def answer(self, path: Path) -> Any:
        return read_answer(self.exercise, path, lambda: self.client, self.ticket)

    def check(self, answer: Any, code: Any = None) -> Result:
        return evaluate(self.exercise, answer, lambda: self.client, self.ticket, code)


def _file(folder: Path, stem: str) -> Path:
    (found,) = folder.glob(f"{stem}.*")
    return found


def _listing(exercise: Exercise, kind: str) -> dict[str, Any]:
    """Lo que dice de cada archivo de `right/` o `wrong/` el JSON de al lado; nada si no hay carpeta."""
    path = exercise.folder / kind / f"{kind}.json"
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def _wrong(exercise: Exercise) -> dict[str, str]:
    """Respuesta equivocada -> trozo del diagnóstico que debe recibir."""
    said = _listing(exercise, "wrong")
    return {name: data["dice"] if isinstance(data, dict) else data for name, data in said.items()}


def _tickets(exercise: Exercise) -> dict[str, str]:
    """Por cada manera de romper una avería, un estudiante al que le toca; {"": …} si no es una avería."""
    found: dict[str, str] = {}
    wanted = set(exercises.breaks(exercise)) or {""}
    for number in count():
        used = f"prueba-{number}:0"
        found.setdefault(exercises.fate(exercise, used) if exercise.broken else "", used)
        if set(found) == wanted:
            return found
    raise AssertionError


def _ticket_of(exercise: Exercise, name: str) -> str:
    """Con qué valores se juzga una respuesta equivocada: los de la avería que dice, o los primeros."""
    data, tickets = _listing(exercise, "wrong")[name], _tickets(exercise)
    chosen = data["avería"] if isinstance(data, dict) else min(tickets)
    return tickets[chosen] if exercise.broken else TICKETS[0]


def _observed(exercise: Exercise) -> tuple[CodeType, set[int]]:
    """La comprobación, con cada `assert` apuntando su fallo y siguiendo adelante.

    Así basta una ejecución para saber qué pasaría al quitar cada aserción: si la que falla es una sola, sin
    ella esa respuesta se colaría. Quitarlas de una en una dice lo mismo, y tarda el doble.

    Returns:
        El código, y las líneas de sus aserciones.
    """
    path = exercise.folder / "check.py"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    lines = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Assert)}

    class Observe(ast.NodeTransformer):
        def visit_Assert(self, node: ast.Assert) -> ast.AST:
            seen = ast.Tuple([ast.Constant(node.lineno), node.msg or ast.Constant("")], ast.Load())
            append = ast.Attribute(ast.Name("FAILED", ast.Load()), "append", ast.Load())
            note = ast.Expr(ast.Call(append, [seen], []))
            return ast.copy_location(ast.If(ast.UnaryOp(ast.Not(), node.test), [note], []), node)

    observed = Observe().visit(tree)
    # Como toda función `check…`, esta también se llama, y la última: el veredicto es el del primer fallo.
    observed.body += ast.parse(
        f"import sys\nFAILED = sys.modules[{__name__!r}].FAILED[{exercise.slug!r}]\n"
        "def check_verdict():\n    if FAILED:\n        raise AssertionError(FAILED[0][1])\n"
    ).body
    code: CodeType = compile(ast.fix_missing_locations(observed), str(path), "exec")
    return code, lines


def _as_shipped(client: docker.DockerClient, exercise: Exercise) -> None:
    with Student(client, exercise, TICKETS[0]) as student:
        result = student.check(student.answer(_file(exercise.folder, "starter")))
    assert result.outcome in (Outcome.WRONG, Outcome.UNANSWERED), result
    assert result.diagnosis


def _repairs(client: docker.DockerClient, exercise: Exercise) -> None:
    """Una avería se ve rota, y la arregla cualquiera de sus reparaciones; ponerla otra vez la deja rota."""
    right = _listing(exercise, "right")
    for fault, used in _tickets(exercise).items():
        paths = [_file(exercise.folder, "solution")]
        paths += [exercise.folder / "right" / name for name, faults in right.items() if fault in faults]
        with Student(client, exercise, used) as student:
            for path in paths:
                student.breaks()
                if path is paths[-1]:
                    broken = student.check(None)
                    assert broken.outcome is Outcome.WRONG or _excused(client, broken), f"{fault}: {broken}"
                result = student.check(student.answer(path))
                assert result.outcome is Outcome.SOLVED or _excused(client, result), f"{path.name}: {result}"


def _solution(client: docker.DockerClient, exercise: Exercise) -> None:
    if exercise.broken:
        _repairs(client, exercise)
        return
    path = _file(exercise.folder, "solution")
    for ticket, times in zip(TICKETS, (2, 1 if drawn(exercise, TICKETS[0]) else 0), strict=True):
        with Student(client, exercise, ticket) as student:
            for _ in range(times):
                result = student.check(student.answer(path))
                assert result.outcome is Outcome.SOLVED or _excused(client, result), result
    assert _excused(client, result) or exercise.lesson in str(result)


def _wrong_answers(client: docker.DockerClient, exercise: Exercise) -> None:
    code, pending = _observed(exercise)
    assert pending, "una comprobación sin aserciones no comprueba nada"
    seen: list[str] = []
    for name, fragment in _wrong(exercise).items():
        failed: list[tuple[int, Diagnosis]] = []
        FAILED[exercise.slug] = failed
        with Student(client, exercise, _ticket_of(exercise, name)) as student:
            student.breaks()
            result = student.check(student.answer(exercise.folder / "wrong" / name), code)
        if not failed and _excused(client, result):
            return
        assert failed, f"{name} pasa por buena, o no llegó a juzgarse: {result}"
        assert isinstance(failed[0][1], Diagnosis), name
        assert fragment in str(failed[0][1]), f"{name}: {failed[0][1]}"
        lines = {line for line, _ in failed}
        seen.append(f"{name}: líneas {sorted(lines)}, y después {result.outcome.name} {result.message}")
        if len(lines) == 1 and result.outcome in (Outcome.WRONG, Outcome.BROKEN):
            pending -= lines  # sin esa aserción, esta respuesta pasa o la comprobación se rompe
    assert not pending, (
        f"ninguna respuesta equivocada necesita las aserciones de las líneas {sorted(pending)}: {seen}"
    )


def _excused(client: docker.DockerClient, result: Result) -> bool:
    """Si el ejercicio dice que el motor no puede con él; solo se le admite a Podman, y con una frase."""
    podman = any("Podman" in part["Name"] for part in client.version().get("Components") or [])
    return podman and result.outcome is Outcome.UNSUPPORTED and bool(result.message)


STEPS = {"como viene": _as_shipped, "resuelto": _solution, "equivocado": _wrong_answers}

Run = Callable[[Exercise, str], None]


@pytest.fixture(scope="module")
def run(request: pytest.FixtureRequest, client: docker.DockerClient, before: frozenset[str]) -> Iterator[Run]:
    """Espera a un paso de un ejercicio; van varios ejercicios a la vez, cada uno con sus pasos seguidos."""
    from muelle import engine

    assert client.ping()
    assert before is not None
    wanted: dict[str, set[str]] = {}
    for item in request.session.items:
        if "run" in getattr(item, "fixturenames", ()):
            parameters = item.callspec.params  # type: ignore[attr-defined]
            wanted.setdefault(parameters["exercise"].slug, set()).add(parameters["step"])

    def steps(exercise: Exercise) -> dict[str, BaseException]:
        errors: dict[str, BaseException] = {}
        own = engine.find().client()  # un cliente por hilo
        for name in (name for name in STEPS if name in wanted[exercise.slug]):
            try:
                STEPS[name](own, exercise)
            except BaseException as error:  # es de la prueba que lo espera
                errors[name] = error
        own.close()
        return errors

    pool = ThreadPoolExecutor(AT_ONCE)
    running = {each.slug: pool.submit(steps, each) for each in ALL if each.slug in wanted}

    def result(exercise: Exercise, step: str) -> None:
        error = running[exercise.slug].result().get(step)
        if error:
            raise error

    yield result
    pool.shutdown(cancel_futures=True)


@each
@pytest.mark.parametrize("step", STEPS)
def test_as_shipped_solved_and_wrong(run: Run, exercise: Exercise, step: str) -> None:
    """Como viene, falla con una aserción; su solución pasa dos veces; cada error recibe su diagnóstico.

    Y ninguna aserción sobra: hay una respuesta equivocada que solo ella detiene.
    """
    run(exercise, step)


@each
def test_what_is_left_to_fill_is_not_an_answer(exercise: Exercise) -> None:
    """Con puntos suspensivos en cualquier parte, «sin responder»: sin motor y sin contar nada."""

    def nobody() -> docker.DockerClient:
        raise AssertionError("no hacía falta el motor")

    if not exercise.answer:
        assert "respuesta" not in exercise.starter
        return
    full = _plausible(exercise)
    halves: list[Any] = [..., None, [...], {"a": ...}, [full, [...]], (..., ...)]
    if isinstance(full, dict):
        halves += [{**full, name: ...} for name in full]
    if isinstance(full, list):
        halves += [[..., *full], [*full, {"a": [...]}]]
    for half in halves:
        result = evaluate(exercise, half, nobody, TICKETS[0])
        assert result.outcome is Outcome.UNANSWERED, (half, result)
        assert result.diagnosis is UNANSWERED


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
    sample: dict[str, Any] = {"int": 1, "bool": True, "str": "algo", "list": [True], "": None}
    sample["dict"] = {"algo": "algo"}
    if exercise.keys:
        return {name: sample[kind] for name, kind in exercise.keys}
    if exercise.items:
        return [sample[exercise.items]]
    return sample[exercise.answer]


def test_nothing_is_left_behind(client: docker.DockerClient, before: frozenset[str]) -> None:
    assert _remains(client) - before == set()


def test_the_catalogue_covers_what_the_course_promises() -> None:
    assert len(ALL) >= 24
    assert {number for exercise in ALL for number in exercise.misconceptions} >= {*range(1, 17), 18, 19, 20}
    assert {exercise.kind for exercise in ALL} == set(Kind)
    chapters = {exercise.chapter for exercise in ALL}
    assert len(chapters) >= 10
    projects = [exercise.chapter for exercise in ALL if exercise.project]
    assert len(projects) == len(set(projects)) >= 7, "un proyecto por capítulo, como mucho"
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
    if exercise.broken:
        allowed |= {"averia.py", "right"}
        assert _listing(exercise, "right"), "una avería tiene más de una reparación"
        repaired = {fault for faults in _listing(exercise, "right").values() for fault in faults}
        assert repaired <= set(exercises.breaks(exercise))
        assert set(_listing(exercise, "right")) == {p.name for p in (exercise.folder / "right").glob("*.py")}
    stray = {p.name for p in exercise.folder.iterdir() if p.name != "__pycache__"} - allowed
    assert {name.partition(".")[0] for name in stray} == {"starter", "solution"}, "sobran archivos"


@each
def test_every_assertion_carries_three_sentences(exercise: Exercise) -> None:
    for node in ast.walk(ast.parse((exercise.folder / "check.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assert):
            assert isinstance(node.msg, ast.Call), f"línea {node.lineno}: sin diagnóstico"
            assert getattr(node.msg.func, "id", "") == "diagnosis"
            assert len(node.msg.args) == 3
