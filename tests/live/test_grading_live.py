"""Cuarenta entregas, buenas, malas y hostiles, corregidas de una vez contra un motor de verdad."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import psutil
import pytest

from muelle import base, exercises
from muelle.exercises.run import read_answer
from muelle.grading import Report, Row, Step, grade
from muelle.grading.run import _shown

pytestmark = pytest.mark.live

CHAPTER = "03-que-es-una-imagen"
WORKERS = 2
DEADLINE = 12
START = "import muelle\nclient = muelle.connect()"
HISTORY = """respuesta = {"filas": len(client.images.get("muelle/base").history()),
             "capas": len(client.images.get("muelle/base").attrs["RootFS"]["Layers"])}
muelle.check("historial-y-capas", respuesta)"""
WRONG = 'respuesta = {"filas": 6, "capas": 6}\nmuelle.check("historial-y-capas", respuesta)'
EMPTY = 'respuesta = {"filas": ..., "capas": ...}\nmuelle.check("historial-y-capas", respuesta)'
STATE = """valores = muelle.values("una-imagen-dos-contenedores")
opciones = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
client.containers.run("muelle/base", name=valores["nombre_a"], detach=True, **opciones)
client.containers.create("muelle/base", name=valores["nombre_b"], **opciones)
muelle.check("una-imagen-dos-contenedores")"""


@dataclass(frozen=True)
class Case:
    """Una entrega y lo que debe decir de ella el informe.

    Args:
        cells: su código.
        outcome: el de `historial-y-capas`, o None si no debe haber veredictos.
        problem: trozo del problema del cuaderno; "" si no debe haberlo.
        raw: el archivo entero, si no es un cuaderno corriente.
        seed: la de las salidas que trae.
        extra: otros ejercicios y su resultado.
        denied: si el guardián tuvo que negarle algo.
    """

    cells: tuple[str, ...] = ()
    outcome: str | None = "SOLVED"
    problem: str = ""
    raw: str | None = None
    seed: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    denied: bool = False


def _count(seed: str) -> int:
    """La respuesta a `cuantas-capas` de quien tenga esa semilla."""
    exercise = exercises.get("cuantas-capas")
    (solution,) = exercise.folder.glob("solution.*")
    answer: int = read_answer(exercise, solution, _nobody, f"{seed}:0")
    return answer


def _nobody() -> docker.DockerClient:
    raise AssertionError("esta respuesta no necesita motor")


def _cases(foreign: str) -> dict[str, Case]:
    attack = f'client.containers.get("{foreign}").remove(force=True)'
    remove_all = "for c in client.containers.list(all=True):\n    c.remove(force=True)"
    cases = {f"bien-{n}": Case((START, HISTORY)) for n in range(6)}
    cases |= {f"mal-{n}": Case((START, WRONG), "WRONG") for n in range(4)}
    cases |= {f"vacia-{n}": Case((START, EMPTY), "UNANSWERED") for n in range(3)}
    cases |= {
        f"propia-{n}": Case(
            (START, HISTORY, f'muelle.check("cuantas-capas", {_count(f"abc{n}")})'),
            seed=f"abc{n}",
            extra=(("cuantas-capas", "SOLVED"),),
        )
        for n in range(2)
    }
    cases |= {
        "copiada-1": Case((START, HISTORY), seed="dddd"),
        "copiada-2": Case((START, HISTORY), seed="dddd"),
        "estado-1": Case((START, STATE, HISTORY), extra=(("una-imagen-dos-contenedores", "SOLVED"),)),
        "estado-2": Case((START, STATE, HISTORY), extra=(("una-imagen-dos-contenedores", "SOLVED"),)),
        "bucle": Case((START, "while True: pass", HISTORY), problem="no acabó"),
        "bucle-sordo": Case(
            (START, "import signal\nsignal.signal(2, signal.SIG_IGN)\nwhile True: pass", HISTORY),
            "UNANSWERED",
            "no acabó",
        ),
        "bucle-en-la-respuesta": Case(
            (START, 'while True: pass\nmuelle.check("historial-y-capas", 1)'), "TIMEOUT", "no acabó"
        ),
        "mucha-salida": Case((START, 'while True: print("x" * 1000)', HISTORY), problem="demasiado"),
        "salida-de-golpe": Case((START, 'print("x" * 50_000_000)', HISTORY), problem="demasiado"),
        "se-cierra": Case((START, "import os\nos._exit(0)", HISTORY), "UNANSWERED", "se cerró"),
        "se-mata": Case(
            (START, "import os\nos.kill(os.getpid(), 9)", HISTORY),
            "UNANSWERED",
            "se cerró",
        ),
        "mucha-memoria": Case((START, "x = bytearray(10**11)", HISTORY)),
        "celda-borrada": Case((START,), "MISSING"),
        "celda-repetida": Case((START, WRONG, HISTORY, WRONG)),
        "tramposa-3": Case(
            (
                START,
                "def lee(*a): return {'filas': 6, 'capas': 3}\nmuelle.exercises.evaluate.evaluate = lee",
                WRONG,
            ),
            "WRONG",
        ),
        "falla": Case((START, '1 / 0\nmuelle.check("historial-y-capas", 1)'), "CRASHED"),
        "no-es-python": Case((START, 'esto no es\nmuelle.check("historial-y-capas", 1)', HISTORY)),
        "tramposa": Case((START, "muelle.check = lambda *a: print('✓')", WRONG), "WRONG"),
        "tramposa-2": Case(
            (
                START,
                "import json\njson.dumps = lambda *a, **k: '{\"v\": 1}'",
                WRONG,
            ),
            "UNANSWERED",
            "no acabó",
        ),
        "ajenos": Case((START, attack, HISTORY), denied=True),
        "ajenos-todos": Case((START, remove_all, HISTORY), denied=True),
        "anfitrion": Case(
            (START, 'client.containers.run("muelle/base", "true", volumes=["/:/x"])', HISTORY), denied=True
        ),
        "deja-procesos": Case(
            (START, "import subprocess\nsubprocess.Popen(['sleep', '987'], start_new_session=True)", HISTORY)
        ),
        "deja-procesos-sin-marca": Case(
            (
                START,
                "import subprocess\nsubprocess.Popen(['sleep', '988'], env={}, start_new_session=True)",
                HISTORY,
            )
        ),
        "con-magia": Case((START, f"!true\n{HISTORY}")),
        "respuesta-sin-texto": Case(
            (START, 'muelle.check("marca-de-borrado", "\\ud800")', HISTORY),
            extra=(("marca-de-borrado", "WRONG"),),
        ),
        os.fsdecode(b"Mu\xf1oz"): Case((START, HISTORY)),
        "rota": Case(outcome=None, problem="dañado", raw='{"cells": ['),
        "otro-nucleo": Case(
            outcome=None,
            problem="«R»",
            raw=json.dumps({"cells": [], "metadata": {"kernelspec": {"language": "R"}}}),
        ),
    }
    return cases


def _text(case: Case) -> str:
    if case.raw is not None:
        return case.raw
    mark = f'<div data-muelle="cuantas-capas|{case.seed}:0|3"></div>' if case.seed else ""
    outputs = [{"output_type": "display_data", "metadata": {}, "data": {"text/html": mark}}]
    cells = [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "source": source, "outputs": outputs}
        for source in case.cells
    ]
    metadata = {"kernelspec": {"language": "python", "name": "python3"}, "muelle": {"capitulo": CHAPTER}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells})


@pytest.fixture(scope="module")
def client() -> Iterator[docker.DockerClient]:
    from muelle import engine

    client = engine.connect()
    base.ensure(client)
    yield client
    client.close()


@pytest.fixture(scope="module")
def foreign(client: docker.DockerClient) -> Iterator[str]:
    """Un contenedor en marcha que no es de nadie del curso."""
    container = client.containers.run(
        base.NAME, ["sleep", "900"], name="muelle-prueba-ajeno", detach=True, labels={"obra": "ajena"}
    )
    yield container.name
    container.remove(force=True)


@pytest.fixture(scope="module")
def cases(foreign: str) -> dict[str, Case]:
    return _cases(foreign)


@pytest.fixture(scope="module")
def graded(
    cases: dict[str, Case], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Report, list[Step]]:
    folder = tmp_path_factory.mktemp("entregas")
    for name, case in cases.items():
        (folder / f"{name}.ipynb").write_text(_text(case), encoding="utf-8")
    steps: list[Step] = []
    report = grade(
        folder, folder.parent / "informe", workers=WORKERS, deadline=DEADLINE, progress=steps.append
    )
    return folder, report, steps


def _row(report: Report, student: str) -> Row:
    (row,) = [row for row in report.rows if row.student == _shown(Path(student))]
    return row


def _outcomes(row: Row) -> dict[str, str]:
    return {verdict["slug"]: verdict["outcome"] for verdict in row.result.get("verdicts", [])}


def test_forty_submissions_are_forty_rows(
    graded: tuple[Path, Report, list[Step]], cases: dict[str, Case]
) -> None:
    _, report, steps = graded
    assert len(cases) >= 40
    assert {row.student for row in report.rows} == {_shown(Path(name)) for name in cases}
    assert [step.done for step in steps] == list(range(1, len(cases) + 1))


def test_the_report_is_right_for_every_one(
    graded: tuple[Path, Report, list[Step]], cases: dict[str, Case]
) -> None:
    _, report, _ = graded
    wrong = []
    for name, case in cases.items():
        row = _row(report, name)
        found = _outcomes(row)
        problem = row.result.get("problem", "")
        expected = {} if case.outcome is None else {"historial-y-capas": case.outcome, **dict(case.extra)}
        if {slug: found.get(slug) for slug in expected} != expected or (case.outcome is None) != (not found):
            wrong.append((name, expected, found, problem))
        if (case.problem not in problem) or bool(case.problem) != bool(problem):
            wrong.append((name, case.problem, problem))
        if case.denied != bool(row.result.get("denied")):
            wrong.append((name, "negado", row.result.get("denied")))
    assert not wrong


def test_the_table_says_the_same(graded: tuple[Path, Report, list[Step]]) -> None:
    _, report, _ = graded
    with report.csv.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream, delimiter=";"))
    mine = [line for line in lines if line["ejercicio"] == "historial-y-capas"]
    assert {line["estudiante"] for line in mine if line["resuelto"] == "sí"} == {
        row.student for row in report.rows if _outcomes(row).get("historial-y-capas") == "SOLVED"
    }
    (tries,) = [
        line["intentos"]
        for line in lines
        if line["estudiante"] == "propia-0" and line["ejercicio"] == "cuantas-capas"
    ]
    assert tries == "3"
    assert "copiada-2" in _row(report, "copiada-1").seed_shared_with
    assert report.html.read_text(encoding="utf-8").count("<details>") == len(report.rows)


def test_nothing_of_anybody_is_lost_and_nothing_is_left(
    graded: tuple[Path, Report, list[Step]], client: docker.DockerClient, foreign: str
) -> None:
    assert graded
    assert client.containers.get(foreign).status == "running"
    assert client.containers.list(all=True, filters={"label": "muelle.alumno"}) == []
    assert client.containers.list(all=True, filters={"label": "muelle.comprobacion"}) == []
    assert client.api.images(filters={"label": "muelle.alumno"}) == []
    commands = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"])]
    assert ["sleep", "987"] not in commands
    assert ["sleep", "988"] not in commands


def test_a_second_run_grades_only_what_changed(
    graded: tuple[Path, Report, list[Step]], cases: dict[str, Case]
) -> None:
    folder, report, _ = graded
    (folder / "mal-0.ipynb").write_text(_text(cases["bien-0"]), encoding="utf-8")
    steps: list[Step] = []
    again = grade(folder, report.csv.parent, workers=WORKERS, deadline=DEADLINE, progress=steps.append)
    assert [step.notebook for step in steps if not step.resumed] == ["mal-0.ipynb"]
    assert _outcomes(_row(again, "mal-0"))["historial-y-capas"] == "SOLVED"
    assert _outcomes(_row(again, "bucle")) == _outcomes(_row(report, "bucle"))


SCRIPT = """
import sys
from pathlib import Path
from muelle.grading import grade
def step(step):
    print(step.notebook, flush=True)
grade(Path(sys.argv[1]), Path(sys.argv[2]), workers=1, deadline=20, progress=step)
"""


def test_killed_halfway_it_resumes_and_leaves_no_process(
    client: docker.DockerClient, tmp_path: Path, cases: dict[str, Case]
) -> None:
    assert client.ping()
    folder = tmp_path / "entregas"
    folder.mkdir()
    for name in ("a", "c"):
        (folder / f"{name}.ipynb").write_text(_text(cases["bien-0"]), encoding="utf-8")
    box = 'client.containers.run("muelle/base", ["sleep", "900"], detach=True)'
    slow = Case((START, f"{box}\nimport time\ntime.sleep(300)"), None)
    (folder / "b.ipynb").write_text(_text(slow), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), str(tmp_path / "informe")],
        stdout=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    assert process.stdout
    first = process.stdout.readline().strip()
    mine = {"label": "muelle.alumno"}
    assert _soon(lambda: client.containers.list(filters=mine)), "la celda lenta no llegó a empezar"
    children = psutil.Process(process.pid).children(recursive=True)
    folders = {Path(path) for child in children for path in child.cmdline() if "muelle-corrige-" in path}
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    watchdog.cancel()
    assert first == "a.ipynb"
    assert len(children) >= 2, "un corrector y su núcleo"
    assert _soon(lambda: not _alive(children)), f"quedan en marcha: {_alive(children)}"
    assert _soon(lambda: not client.containers.list(all=True, filters=mine)), "queda un contenedor suyo"
    assert folders
    assert not [path for path in folders if path.parent.exists()]
    (folder / "b.ipynb").write_text(_text(cases["vacia-0"]), encoding="utf-8")
    steps: list[Step] = []
    report = grade(folder, tmp_path / "informe", workers=WORKERS, deadline=DEADLINE, progress=steps.append)
    assert [step.notebook for step in steps if step.resumed] == ["a.ipynb"]
    assert len(report.rows) == 3


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [process for process in processes if process.is_running() and _status(process) != "zombie"]


def _status(process: psutil.Process) -> str:
    try:
        return str(process.status())
    except psutil.NoSuchProcess:
        return "zombie"


def _soon(condition: Callable[[], Any]) -> Any:
    """Lo que da `condition` en cuanto es verdad, o lo último que dio en veinte segundos."""
    end = time.monotonic() + 20
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return found
