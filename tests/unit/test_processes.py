"""A quién se le mandan las señales: a un proceso nuestro y a su grupo, y nunca a quien herede su número."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import psutil
import pytest

from muelle.grading.orphans import Orphans
from muelle.grading.wall.room import Launched
from muelle.grading.workers import _end
from muelle.processes import ended, signal_group
from muelle.wire.process import _Output, _stop
from patience import wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows no tiene grupos de procesos")

HEIR = """
import subprocess, sys
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid)
"""
"""Acaba dejando en su grupo a quien le hereda la salida."""


def launched(code: str) -> subprocess.Popen[bytes]:
    """Un proceso con su propio grupo."""
    return subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    )


def stop_kernel(process: subprocess.Popen[bytes]) -> None:
    Orphans().end(process, "ninguna")


def stop_order(process: subprocess.Popen[bytes]) -> None:
    assert process.stdout
    _stop(process, _Output(process.stdout))


def stop_room(process: subprocess.Popen[bytes]) -> None:
    found = Launched(psutil.Process(process.pid))
    process.wait()
    found.interrupt()
    found.end()


@pytest.mark.parametrize("stop", [stop_kernel, stop_order, _end, stop_room])
@pytest.mark.parametrize("reaped", [False, True])
def test_a_number_that_may_be_of_another_gets_no_signal(
    stop: Callable[[subprocess.Popen[bytes]], None], reaped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = launched("")
    wait_until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE, "el proceso acaba")
    stray: list[int] = []
    kill = os.killpg

    def watched(group: int, number: int) -> None:
        if not psutil.pid_exists(group):
            stray.append(number)
        kill(group, number)

    monkeypatch.setattr(os, "killpg", watched)
    if reaped and stop is not stop_room:
        process.wait()
    stop(process)
    process.wait()
    assert stray == []


@pytest.mark.parametrize("stop", [stop_kernel, stop_order, _end])
def test_the_group_of_a_process_that_ended_is_stopped(
    stop: Callable[[subprocess.Popen[bytes]], None],
) -> None:
    process = launched(HEIR)
    assert process.stdout
    heir = psutil.Process(int(process.stdout.readline()))
    assert ended(process, 300)
    stop(process)
    wait_until(lambda: not heir.is_running() or heir.status() == psutil.STATUS_ZOMBIE, "el heredero acaba")


def test_a_process_that_lives_is_waited_for_and_not_collected() -> None:
    process = launched("import sys; sys.stdin.read()")
    assert not ended(process)
    signal_group(process, signal.SIGKILL)
    assert ended(process, 300)
    assert process.returncode is None
    assert process.wait() == -signal.SIGKILL
    assert ended(process)
