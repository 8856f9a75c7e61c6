"""Parar otro motor: se acaba con sus procesos, y con ninguno más."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parents[2] / "tools" / "motores"
sys.path.insert(0, str(TOOLS))

import jaula  # noqa: E402

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="los demás motores son para Linux")

THREADED = """
import sys, threading
threading.Thread(target=lambda: print(threading.get_native_id(), flush=True) or sys.stdin.read()).start()
"""


@pytest.fixture
def threaded() -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Un programa en marcha, y el número de uno de sus hilos."""
    with subprocess.Popen(
        [sys.executable, "-c", THREADED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout
        yield process, int(process.stdout.readline())
        process.kill()


def test_the_one_that_was_seen_is_ended(threaded: tuple[subprocess.Popen[str], int]) -> None:
    process, _ = threaded
    birth = jaula.born(process.pid)
    assert birth
    jaula._signal({process.pid: birth}, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def test_a_number_that_changed_hands_is_let_be(threaded: tuple[subprocess.Popen[str], int]) -> None:
    """También el de un hilo: matarlo es matar su proceso entero, y era el de las pruebas de otra fila."""
    process, thread = threaded
    birth = jaula.born(thread)
    assert birth
    jaula._signal({process.pid: "otro", thread: birth, thread + 1: "nadie"}, signal.SIGKILL)
    assert process.stdin
    process.stdin.close()
    assert process.wait() == 0, "acabó él solo"
