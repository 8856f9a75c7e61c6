"""Lo que atiende al cuaderno en otros hilos: al cerrar se le espera, y al motor se le pregunta por turno."""

from __future__ import annotations

import json
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from muelle.grading import runner
from muelle.grading.calls import Calls
from muelle.grading.guard import Guard
from muelle.grading.guard.things import LABEL, Things
from muelle.grading.kernel import Ran
from muelle.grading.place import Place
from muelle.grading.submission import read
from patience import PATIENCE, wait_until


class Busy:
    """Lo que alguien hace al atender al cuaderno: empieza, y no acaba hasta que se le deja."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.thread: threading.Thread | None = None

    def order(self, _asked: object) -> Any:
        """Hace de juez."""
        self()
        raise ValueError("da igual")

    def __call__(self, *_: object) -> None:
        self.thread = threading.current_thread()
        self.begun.set()
        assert self.go.wait(PATIENCE)


@pytest.fixture
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="muelle-") as folder:
        yield Path(folder) / "s"


def closed(path: Path) -> bool:
    """Si ya no escucha nadie."""
    with socket.socket(socket.AF_UNIX) as connection:
        return connection.connect_ex(str(path)) != 0


def guard(place: Path, busy: Busy) -> Guard:
    return Guard(place, lambda: socket.socketpair()[0], busy)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (guard, b"GET /info HTTP/1.1\r\nHost: d\r\n\r\n"),
        (Calls, json.dumps({"slug": "cuantas-capas", "answer": 1}).encode()),
    ],
    ids=["guardián", "comprobaciones"],
)
def test_closing_waits_for_what_is_being_served(make: Any, said: bytes, place: Path) -> None:
    """Si no, cambiaría los veredictos o lo negado después de contarlos."""
    busy, alive = Busy(), list[bool]()
    served: AbstractContextManager[Any] = make(place, busy)

    def close() -> None:
        served.__exit__(None, None, None)
        assert busy.thread
        alive.append(busy.thread.is_alive())

    served.__enter__()
    with socket.socket(socket.AF_UNIX) as student:
        student.connect(str(place))
        student.sendall(said)
        student.shutdown(socket.SHUT_WR)
        assert busy.begun.wait(PATIENCE)
        closing = threading.Thread(target=close)
        closing.start()
        wait_until(lambda: closed(place), "deja de escuchar")
        busy.go.set()
        closing.join(PATIENCE)
    assert alive == [False]


class Hands:
    """Un reloj que solo avanza cuando se le dice."""

    def __init__(self, work: list[float]) -> None:
        self._work, self._start = work, sum(work)

    def now(self) -> float:
        return sum(self._work) - self._start


class LateKernel:
    """Un núcleo que arranca tarde y ejecuta cada celda en un segundo: uno de verdad no se puede forzar."""

    def __init__(self, work: list[float]) -> None:
        self._work = work
        self.given: list[float] = []

    def run(self, _source: str, seconds: float, clock: Hands | None = None) -> Ran:
        self._work.append(1.0 if clock else 1000.0)
        self.given += [seconds] if clock else []
        return Ran()


def test_the_deadline_of_a_notebook_does_not_count_the_start_of_its_kernel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = [500.0]
    monkeypatch.setattr(runner, "Clock", lambda: Hands(work))
    monkeypatch.setattr(runner, "policy_for", lambda *_, **__: SimpleNamespace(things=None, version="1.41"))
    cells = [{"cell_type": "code", "source": f"x = {n}", "metadata": {}, "outputs": []} for n in range(3)]
    notebook = tmp_path / "a.ipynb"
    notebook.write_text(json.dumps({"cells": cells, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}))
    with tempfile.TemporaryDirectory(prefix="muelle-") as doors:
        place = Place(tmp_path, Path(doors), SimpleNamespace(), "unix:///x", None)  # type: ignore[arg-type]
        session = runner._Session(place, read(notebook), "abc", "ficha")
        work.append(500.0)  # lo que tarda en levantarse el núcleo, antes de que se le pida nada
        kernel = LateKernel(work)
        with session.guards():
            assert session.run(kernel, 30.0) == ""  # type: ignore[arg-type]
    assert kernel.given == [10.0, pytest.approx(29 / 3), pytest.approx(28 / 3)]


def test_the_engine_is_asked_by_one_thread_at_a_time() -> None:
    """El cliente es uno, y no es de los que se pueden usar desde varios hilos a la vez."""
    inside: list[str] = []
    together: list[tuple[str, ...]] = []

    class Engine:
        def inspect_image(self, name: str) -> dict[str, Any]:
            return {"Id": name}

        def inspect_volume(self, name: str) -> dict[str, Any]:
            inside.append(name)
            sum(range(2000))  # lo bastante para que otro hilo llegue
            if len(inside) > 1:
                together.append(tuple(inside))
            inside.remove(name)
            return {"Name": name, "Labels": {LABEL: "ana"}}

    things = Things(Engine(), "ana")  # type: ignore[arg-type]
    names = [f"v{number}" for number in range(400)]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            assert [thing.id for thing in pool.map(things.volume, names)] == names
    finally:
        sys.setswitchinterval(before)
    assert together == []
