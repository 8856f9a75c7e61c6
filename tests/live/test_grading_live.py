"""Cuarenta entregas, buenas, malas y hostiles, corregidas de una vez contra un motor de verdad."""

from __future__ import annotations

import contextlib
import csv
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import docker
import psutil
import pytest

from muelle import base
from muelle.grading import Report, Row, Step, grade
from muelle.grading.folder import shown
from muelle.grading.wall.numbers import FIRST_UID, PLACES, alive
from muelle.grading.workers import PREFIX
from patience import PATIENCE, wait_until
from remains import remains
from submissions import START, Case, cases_with, written

pytestmark = pytest.mark.live

MARKS = ("muelle.alumno", "muelle.comprobacion")
"""Las etiquetas de lo que hace quien entrega y de lo que hace una comprobación."""

WORKERS = 2
DEADLINE = 12
AGAIN = re.compile(r"(?:bien|mal|vacia)-[2-9]")
"""Las entregas iguales que otras dos: están para hacer bulto en una clase más larga."""


@pytest.fixture(scope="module")
def client() -> Iterator[docker.DockerClient]:
    from muelle import engine

    client = engine.connect()
    base.ensure(client)
    yield client
    client.close()


@pytest.fixture(scope="module")
def before(client: docker.DockerClient) -> frozenset[str]:
    """Lo que ya había en el motor antes de corregir."""
    return remains(client, MARKS)


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
    return {name: case for name, case in cases_with(foreign).items() if not AGAIN.fullmatch(name)}


@pytest.fixture(scope="module")
def graded(
    cases: dict[str, Case], tmp_path_factory: pytest.TempPathFactory, before: frozenset[str]
) -> tuple[Path, Report, list[Step]]:
    assert before is not None
    folder = tmp_path_factory.mktemp("entregas")
    for name, case in cases.items():
        (folder / f"{name}.ipynb").write_text(written(case), encoding="utf-8")
    steps: list[Step] = []
    report = grade(
        folder, folder.parent / "informe", workers=WORKERS, deadline=DEADLINE, progress=steps.append
    )
    return folder, report, steps


def _row(report: Report, student: str) -> Row:
    (row,) = [row for row in report.rows if row.student == shown(Path(student))]
    return row


def _outcomes(row: Row) -> dict[str, str]:
    return {verdict["slug"]: verdict["outcome"] for verdict in row.result.get("verdicts", [])}


def test_forty_submissions_are_forty_rows(
    graded: tuple[Path, Report, list[Step]], cases: dict[str, Case]
) -> None:
    _, report, steps = graded
    assert len(cases) >= 40
    assert {row.student for row in report.rows} == {shown(Path(name)) for name in cases}
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
        if case.denied not in (None, bool(row.result.get("denied"))):
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
    graded: tuple[Path, Report, list[Step]],
    client: docker.DockerClient,
    foreign: str,
    before: frozenset[str],
) -> None:
    assert graded
    assert client.containers.get(foreign).status == "running"
    assert remains(client, MARKS) - before == set()
    commands = [process.info["cmdline"] for process in psutil.process_iter(["cmdline"])]
    assert ["sleep", "987"] not in commands
    assert ["sleep", "988"] not in commands
    assert [pid for place in range(PLACES * 2) for pid in alive(FIRST_UID + place)] == []
    assert list(Path(tempfile.gettempdir()).glob(f"{PREFIX}*")) == []


def test_a_second_run_grades_only_what_changed(
    graded: tuple[Path, Report, list[Step]], cases: dict[str, Case]
) -> None:
    folder, report, _ = graded
    (folder / "mal-0.ipynb").write_text(written(cases["bien-0"]), encoding="utf-8")
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
        (folder / f"{name}.ipynb").write_text(written(cases["bien-0"]), encoding="utf-8")
    box = 'client.containers.run("muelle/base", ["sleep", "900"], detach=True)'
    slow = Case((START, f"{box}\nimport time\ntime.sleep(300)"), None)
    (folder / "b.ipynb").write_text(written(slow), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(folder), str(tmp_path / "informe")],
        stdout=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    assert process.stdout
    first = process.stdout.readline().strip()
    mine = {"label": "muelle.alumno"}
    wait_until(
        lambda: client.containers.list(filters=mine) or _sleeping(process.pid), "empieza la celda lenta"
    )
    children = psutil.Process(process.pid).children(recursive=True)
    folders = {Path(path) for child in children for path in _order(child) if "muelle-corrige-" in path}
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    watchdog.cancel()
    assert first == "a.ipynb"
    assert len(children) >= 2, "un corrector y su núcleo"
    wait_until(lambda: not _alive(children), "no queda en marcha ni el corrector ni su núcleo")
    wait_until(lambda: not client.containers.list(all=True, filters=mine), "no queda ningún contenedor suyo")
    assert folders
    assert not [path for path in folders if path.parent.exists()]
    (folder / "b.ipynb").write_text(written(cases["vacia-0"]), encoding="utf-8")
    steps: list[Step] = []
    report = grade(folder, tmp_path / "informe", workers=WORKERS, deadline=DEADLINE, progress=steps.append)
    assert [step.notebook for step in steps if step.resumed] == ["a.ipynb"]
    assert len(report.rows) == 3


def _sleeping(pid: int) -> bool:
    """Si entre lo que lanzó un proceso está el contenedor de la celda lenta."""
    return any(_order(child) == ["sleep", "900"] for child in psutil.Process(pid).children(recursive=True))


def _order(process: psutil.Process) -> list[str]:
    """La orden de un proceso; vacía si acabó mientras se le miraba."""
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


def _alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    return [process for process in processes if process.is_running() and _status(process) != "zombie"]


def _status(process: psutil.Process) -> str:
    try:
        return str(process.status())
    except psutil.NoSuchProcess:
        return "zombie"
