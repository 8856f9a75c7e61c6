"""`pruebas`: dos filas a la vez, qué falló, y una interrupción que para de verdad."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from muelle.cli import checks
from muelle.cli.checks import Check, run

CHILD = """
import sys, time
name, seconds, code, log = sys.argv[1:]
open(log, "a").write(f"{name}\\n")
try:
    time.sleep(float(seconds))
except KeyboardInterrupt:
    time.sleep(0.5)
    open(log, "a").write(f"{name} recoge\\n")
    sys.exit(1)
sys.exit(int(code))
"""


def lanes(log: Path, seconds: float, code: int = 0) -> tuple[tuple[tuple[Check, ...], ...], ...]:
    """Dos etapas de dos filas; la primera tiene dos pasos por fila."""

    def check(name: str) -> Check:
        return Check(name, (sys.executable, "-c", CHILD, name, str(seconds), str(code), str(log)))

    return ((check("a1"), check("a2")), (check("b1"), check("b2"))), ((check("c1"),), (check("c2"),))


@pytest.mark.parametrize("code", [0, 3])
def test_every_step_runs_and_the_failed_ones_are_named(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checks, "stages", lambda _: lanes(tmp_path / "log", 0, code))
    assert run(tmp_path) == (1 if code else 0)
    assert sorted((tmp_path / "log").read_text().split()) == ["a1", "a2", "b1", "b2", "c1", "c2"]
    said = capsys.readouterr().out
    assert ("6 pasos fallaron: a1; a2; b1; b2; c1; c2" in said) == bool(code)
    assert ("todas las comprobaciones pasan" in said) != bool(code)


INTERRUPTED = """
import sys
from pathlib import Path
from muelle.cli import _stop_like_ctrl_c, checks
from tests_checks import lanes
_stop_like_ctrl_c()
checks.stages = lambda _: lanes(Path(sys.argv[1]), 60)
checks.run(Path(sys.argv[1]).parent)
"""


@pytest.mark.skipif(os.name == "nt", reason="aquí la interrupción es una señal")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("ignored", [False, True], ids=["delante", "con &"])
def test_an_interruption_stops_both_lanes_and_starts_nothing_else(
    ignored: bool, how: signal.Signals, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.touch()
    code = INTERRUPTED.replace("tests_checks", Path(__file__).stem)
    running = subprocess.Popen(
        [sys.executable, "-c", code, str(log)],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent)},
        stderr=subprocess.DEVNULL,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignored else None,
    )
    deadline = time.monotonic() + 30
    while len(log.read_text().splitlines()) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(0.5)
    running.send_signal(how)
    assert running.wait(timeout=20) != 0
    assert sorted(log.read_text().splitlines()) == ["a1", "a1 recoge", "b1", "b1 recoge"]
