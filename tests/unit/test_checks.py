"""`pruebas`: filas a la vez, qué falló, qué no se pudo hacer, y una interrupción que para de verdad."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from muelle.cli import checks
from muelle.cli import lanes as running
from muelle.cli.lanes import CANNOT, Check, Lane
from patience import PATIENCE, wait_until

CHILD = """
import sys, time
name, seconds, code, log = sys.argv[1:]
try:
    open(log, "a").write(f"{name}\\n")
    time.sleep(float(seconds))
except KeyboardInterrupt:
    time.sleep(0.5)
    open(log, "a").write(f"{name} recoge\\n")
    sys.exit(1)
sys.exit(int(code))
"""


def lanes(log: Path, seconds: float, code: int = 0) -> tuple[Lane, ...]:
    """Dos filas de dos pasos y una tercera que espera al último de la segunda."""

    def check(name: str, after: str = "") -> Check:
        return Check(name, (sys.executable, "-c", CHILD, name, str(seconds), str(code), str(log)), after)

    return Lane((check("a1"), check("a2"))), Lane((check("b1"), check("b2"))), Lane((check("c1", "b2"),))


@pytest.mark.parametrize("code", [0, 3, CANNOT])
def test_every_step_runs_and_what_went_wrong_is_named(
    code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "log"
    monkeypatch.setattr(checks, "lanes", lambda *_: lanes(log, 0, code))
    monkeypatch.setattr(checks, "_engines_apart", lambda: nullcontext({}))
    assert checks.run(tmp_path / "web") == (1 if code == 3 else 0)
    done = log.read_text().split()
    assert sorted(done) == ["a1", "a2", "b1", "b2", "c1"]
    assert done.index("c1") > done.index("b2"), "un paso espera al que necesita"
    said = capsys.readouterr().out
    assert ("No pasaron: " in said) == (code == 3)
    assert ("todas las comprobaciones pasan" in said) == (code != 3)
    assert ("No se pudo hacer aquí: c1" in said) == (code == CANNOT)


def test_a_step_that_was_killed_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    outcome = running.run((Lane((Check("a1", (sys.executable, "-c", code)),)),))
    assert outcome.failed == ["a1"]
    assert "✗ a1: lo mató la señal 9" in capsys.readouterr().err


def test_the_slowest_tests_of_all_steps_are_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = '<testsuites><testsuite><testcase classname="x" name="{}" time="{}"/></testsuite></testsuites>'
    code = "import pathlib, sys; pathlib.Path(sys.argv[1]).write_text(sys.argv[2])"
    monkeypatch.setattr(checks, "_engines_apart", lambda: nullcontext({}))

    def writers(_: Path, reports: Path, __: object) -> tuple[Lane, ...]:
        pairs = [("rauda", "0.1"), ("lenta", "9.0")]
        orders = [(sys.executable, "-c", code, f"{reports}/{n}.xml", report.format(n, s)) for n, s in pairs]
        return tuple(Lane((Check(order[3], order),)) for order in orders)

    monkeypatch.setattr(checks, "lanes", writers)
    assert checks.run(tmp_path / "web") == 0
    said = capsys.readouterr().out
    assert "Las pruebas más lentas:" in said
    assert said.index("9.0 s  x::lenta") < said.index("0.1 s  x::rauda")


def test_where_each_step_is_gets_said_while_it_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "NEWS_SECONDS", 0.05)
    go_on = tmp_path / "sigue"
    code = "import pathlib, sys\nprint('... [ 42%]')\nwhile not pathlib.Path(sys.argv[1]).exists(): pass"
    said: list[str] = []

    def note(message: str) -> None:
        said.append(message)
        if "lenta: 42 %, " in message:
            go_on.touch()

    monkeypatch.setattr(running, "step", note)
    outcome = running.run([Lane((Check("lenta", (sys.executable, "-c", code, str(go_on))),))])
    assert outcome.failed == []
    assert any("lenta: 42 %, " in each for each in said)


def test_each_lane_with_an_engine_has_its_own(tmp_path: Path) -> None:
    """Nunca hay dos pasos con el mismo motor a la vez, y con uno solo se comprueba lo mismo."""
    alone = checks.lanes(tmp_path, tmp_path, {})
    apart = checks.lanes(tmp_path, tmp_path, {name: {"MUELLE_HOME": name} for name in checks.APART})
    assert sorted(c.name for lane in alone for c in lane.checks) == sorted(
        c.name for lane in apart for c in lane.checks
    )
    assert [len(lane.checks) for lane in alone] == [1, 7, 6]
    assert [lane.environment.get("MUELLE_HOME") for lane in apart[-3:]] == list(checks.APART)
    assert len({id(lane.environment) for lane in apart[3:]}) == len(apart[3:])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="sin root no hay filas con motor")
def test_the_browser_sees_no_network_but_its_own(tmp_path: Path) -> None:
    """Lo que crea y quita el motor de otra fila no le corta lo que carga; y a su propio servidor, llega."""
    apart = checks.lanes(tmp_path, tmp_path, {name: {} for name in checks.APART})
    (web,) = [check for lane in apart for check in lane.checks if "tests/course" in check.command]
    code = "import psutil; print([name for name, each in psutil.net_if_stats().items() if each.isup])"
    before = web.command[: web.command.index(sys.executable)]
    up = subprocess.run([*before, sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert (up.stdout.strip(), up.stderr) == ("['lo']", "")


@pytest.mark.parametrize("engines", [{}, {name: {} for name in checks.APART}], ids=["uno", "varios"])
def test_every_test_file_is_in_one_step(engines: dict[str, dict[str, str]], tmp_path: Path) -> None:
    """Al repartirlas no se queda ninguna fuera ni va dos veces, menos las que piden algo que aquí no hay."""
    root = Path(__file__).resolve().parents[2]
    found: list[Path] = []
    for check in (check for lane in checks.lanes(tmp_path, tmp_path, engines) for check in lane.checks):
        if "pytest" not in check.command:
            continue
        ignored = {root / word.partition("=")[2] for word in check.command if word.startswith("--ignore=")}
        named = [root / word for word in check.command if word.startswith("tests/")]
        for place in named:
            files = [place] if place.is_file() else sorted(place.rglob("test_*.py"))
            found += [path for path in files if path not in ignored]
    elsewhere = {"tab", "peers"}
    expected = [path for path in root.glob("tests/*/test_*.py") if path.parent.name not in elsewhere]
    assert sorted(found) == sorted(expected)


INTERRUPTED = """
import sys
from pathlib import Path
from muelle.cli import _stop_like_ctrl_c, checks
from contextlib import nullcontext
from tests_checks import lanes
_stop_like_ctrl_c()
checks.lanes = lambda *_: lanes(Path(sys.argv[1]), 600)
checks._engines_apart = lambda: nullcontext({})
checks.run(Path(sys.argv[1]).parent / "web")
"""


@pytest.mark.skipif(os.name == "nt", reason="aquí la interrupción es una señal")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("ignored", [False, True], ids=["delante", "con &"])
def test_an_interruption_stops_every_lane_and_starts_nothing_else(
    ignored: bool, how: signal.Signals, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.touch()
    code = INTERRUPTED.replace("tests_checks", Path(__file__).stem)
    folders = (Path(__file__).parent, Path(__file__).parents[1] / "data")
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(log)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, folders))},
        stderr=subprocess.DEVNULL,
        preexec_fn=(lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)) if ignored else None,
    )
    wait_until(lambda: len(log.read_text().splitlines()) == 2, "empiezan las dos primeras filas")
    process.send_signal(how)
    assert process.wait(timeout=PATIENCE) != 0
    assert sorted(log.read_text().splitlines()) == ["a1", "a1 recoge", "b1", "b1 recoge"]


def test_the_engines_apart_start_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    """También tras una pasada a la que mataron: lo que dejó haría fallar a quien mira que no quede nada."""
    full = {f"{checks.home()}-{name}" for name in checks.APART}
    running: set[str] = set()

    def engine(order: str, environment: dict[str, str]) -> int:
        folder = environment["MUELLE_HOME"]
        if order == "parar":
            full.discard(folder)
            running.discard(folder)
        else:
            assert folder not in full
            running.add(folder)
        return 0

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(checks, "_engine", engine)
    with checks._engines_apart() as apart:
        assert {environment["MUELLE_HOME"] for environment in apart.values()} == running
        assert len(running) == len(checks.APART)
    assert not running
