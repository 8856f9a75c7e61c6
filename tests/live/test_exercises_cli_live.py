"""`./curso ejercicios` en un terminal: vigilar, y los ejercicios que miran el estado del motor."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest

from muelle import exercises
from muelle.engine import Endpoint
from remains import remains

pytestmark = pytest.mark.live

PROGRAM = """
import sys
from pathlib import Path
from muelle.cli import exercises, main
exercises.ANSWERS, exercises.LOOK_SECONDS = Path(sys.argv.pop(1)), 0.2
main()
"""
STATE = "una-imagen-dos-contenedores"
ANSWER = "que-codigo"


class Terminal:
    """Una orden `./curso ejercicios …` en marcha, con sus líneas a medida que llegan."""

    def __init__(self, answers: Path, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-c", PROGRAM, str(answers), "ejercicios", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._watchdog = threading.Timer(90, self.process.kill)
        self._watchdog.start()

    def until(self, fragment: str) -> list[str]:
        """Las líneas hasta una que contenga `fragment`; la prueba falla si no llega."""
        assert self.process.stdout
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip())
            if fragment in line:
                return lines
        pytest.fail(f"no llegó «{fragment}»: {lines}")

    def rest(self) -> tuple[str, int]:
        """Lo que queda por salir y el código de salida."""
        text, _ = self.process.communicate()
        self._watchdog.cancel()
        return text, self.process.returncode


@pytest.fixture
def answers(engine_endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, value in engine_endpoint.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("MUELLE_ENGINE", raising=False)
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "casa"))
    return tmp_path / "respuestas"


@pytest.fixture
def containers(answers: Path, engine_client: docker.DockerClient) -> Iterator[Callable[[], None]]:
    """Deja el motor como pide el ejercicio de estado; al acabar, lo quita."""
    assert answers
    values = exercises.values(STATE)
    options = {"command": ["sleep", "600"], "labels": {"muelle": "1"}}
    created = []

    def make() -> None:
        created.append(engine_client.containers.create("muelle/base", name=values["nombre_a"], **options))
        created.append(engine_client.containers.create("muelle/base", name=values["nombre_b"], **options))
        created[0].start()

    yield make
    for container in created:
        container.remove(force=True)


def test_watching_checks_again_when_the_engine_changes_and_ends_when_solved(
    answers: Path, containers: Callable[[], None]
) -> None:
    terminal = Terminal(answers, "vigilar", STATE)
    assert any("No hace falta ningún archivo" in line for line in terminal.until("Por qué importa"))
    containers()
    text, code = terminal.rest()
    assert "resuelto" in text
    assert code == 0
    assert not answers.exists()


def test_watching_checks_again_when_the_file_changes_and_only_then(answers: Path) -> None:
    terminal = Terminal(answers, "vigilar", ANSWER)
    assert any("sin responder" in line for line in terminal.until("Por qué importa"))
    path = answers / f"{ANSWER}.py"
    path.write_text("respuesta = 999\n", encoding="utf-8")
    assert any("todavía no" in line for line in terminal.until("Por qué importa"))
    solution = exercises.get(ANSWER).folder / "solution.py"
    path.write_text(solution.read_text(encoding="utf-8"), encoding="utf-8")
    text, code = terminal.rest()
    assert "resuelto" in text
    assert code == 0
    assert exercises.progress().solved == 1
    assert {row.mark.attempts for row in exercises.progress().rows if row.exercise.slug == ANSWER} == {2}


def test_ctrl_c_ends_watching_without_a_trace_and_leaves_nothing(
    answers: Path, engine_client: docker.DockerClient
) -> None:
    mine = [f"muelle.comprobacion={ANSWER}"]
    before = remains(engine_client, mine)
    terminal = Terminal(answers, "vigilar", ANSWER)
    terminal.until("Por qué importa")
    terminal.process.send_signal(signal.SIGINT)
    text, code = terminal.rest()
    assert "Traceback" not in text
    assert "Interrumpido" in text
    assert code == 130
    assert remains(engine_client, mine) - before == set()


def test_an_exercise_about_the_state_needs_no_file(answers: Path, containers: Callable[[], None]) -> None:
    first, code = Terminal(answers, "comprobar", STATE).rest()
    assert code == 1
    assert "Te tocó" in first
    assert "no existe: " in first
    assert not answers.exists()
    containers()
    second, code = Terminal(answers, "comprobar", STATE).rest()
    assert code == 0
    assert "resuelto" in second
    assert "Te tocó" not in second
