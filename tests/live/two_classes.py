"""Dos órdenes de corregir a la vez, con sesenta entregas cada una; una se interrumpe y se reanuda.

Las buenas, malas y hostiles de `tests/data/submissions.py`, y los cuadernos del curso resueltos. A mano,
como root (tarda):

    .venv/bin/python tests/live/two_classes.py [trozos de nombres, para corregir solo esas]
"""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import docker
import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "data"))

from muelle import base, engine  # noqa: E402
from muelle.grading.folder import shown  # noqa: E402
from muelle.grading.report.marks import WORDS  # noqa: E402
from muelle.grading.wall.numbers import FIRST_UID, PLACES, alive  # noqa: E402
from muelle.grading.workers import PREFIX  # noqa: E402
from submissions import Case, cases_with, solved, written  # noqa: E402

FOREIGN = "muelle-prueba-dos-clases"
DEADLINE = 300
MOST = 60 * 60
"""Segundos que se espera a cada orden."""


def hand_in(folder: Path, wanted: list[str]) -> dict[str, Case]:
    """Escribe las entregas.

    Args:
        wanted: trozos de nombre; ninguno, todas.

    Returns:
        Lo que debe decir de cada una el informe.
    """
    folder.mkdir()
    cases = cases_with(FOREIGN)
    texts = {name: written(case) for name, case in cases.items()}
    for chapter in sorted((ROOT / "notebooks").glob("*.ipynb")):
        text, slugs = solved(chapter)
        if slugs:
            name = f"capitulo-{chapter.stem}"
            texts[name] = text
            cases[name] = Case(outcome=None, extra=tuple((slug, "SOLVED") for slug in slugs), denied=None)
    for name in list(cases):
        if wanted and not any(each in name for each in wanted):
            del cases[name]
        else:
            (folder / f"{name}.ipynb").write_text(texts[name], encoding="utf-8")
    return cases


def grading(folder: Path) -> subprocess.Popen[str]:
    """La orden, en marcha."""
    order = ["corregir", str(folder), "--salida", str(folder.with_name(f"{folder.name}-informe"))]
    limits = ["--a-la-vez", "1", "--plazo", str(DEADLINE)]
    return subprocess.Popen(
        [sys.executable, "-m", "muelle", *order, *limits],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={**os.environ, "TMPDIR": str(folder.parent / "t")},
    )


def faults(folder: Path, cases: dict[str, Case]) -> list[str]:
    """Las filas del informe que no dicen lo que deben."""
    path = folder.with_name(f"{folder.name}-informe") / "notas.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    found = []
    for name, case in cases.items():
        mine = [row for row in rows if row["estudiante"] == shown(Path(name))]
        expected = {} if case.outcome is None else {"historial-y-capas": case.outcome}
        expected |= dict(case.extra)
        got = {row["ejercicio"]: row["resultado"] for row in mine if row["ejercicio"]}
        wrong = {slug: got.get(slug) for slug, outcome in expected.items() if got.get(slug) != WORDS[outcome]}
        problem = mine[0]["problema del cuaderno"] if mine else "no está"
        if wrong or case.problem not in problem or bool(case.problem) != bool(problem):
            found.append(f"{folder.name}, {name}: {wrong} {problem!r}")
    return found


def left(client: docker.DockerClient, temporary: Path) -> list[str]:
    """Lo que quedó en la máquina o en el motor.

    Args:
        temporary: la carpeta temporal de las dos órdenes.
    """
    mine = {"label": "muelle.alumno"}
    found = [f"proceso {pid}" for place in range(PLACES * 2) for pid in alive(FIRST_UID + place)]
    found += [f"archivo {path}" for path in temporary.glob("*")]
    mounts = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    found += [f"montaje {line}" for line in mounts if PREFIX in line]
    found += [f"contenedor {each.id}" for each in client.containers.list(all=True, filters=mine)]
    found += [f"imagen {row['Id']}" for row in client.api.images(filters=mine)]
    found += [f"red {row['Name']}" for row in client.api.networks(filters=mine)]
    found += [f"volumen {row['Name']}" for row in client.api.volumes(filters=mine).get("Volumes") or []]
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    found += [
        f"proceso {words}" for words in commands if words[:1] == ["sleep"] and words[-1] in ("987", "988")
    ]
    if client.containers.get(FOREIGN).status != "running":
        found.append("el contenedor ajeno no sigue en marcha")
    return found


def main(wanted: list[str]) -> int:
    """Las dos clases.

    Args:
        wanted: véase `hand_in`.

    Returns:
        0 si todo está como debe.
    """
    client = engine.connect()
    base.ensure(client)
    foreign = client.containers.run(
        base.NAME, ["sleep", str(2 * MOST)], name=FOREIGN, detach=True, labels={"obra": "ajena"}
    )
    found: list[str] = []
    orders: list[subprocess.Popen[str]] = []
    try:
        with tempfile.TemporaryDirectory(prefix="dos-clases-") as work:
            folders = [Path(work) / name for name in ("mañana", "tarde")]
            Path(work).chmod(0o711)
            Path(work, "t").mkdir(mode=0o711)
            expected = [hand_in(folder, wanted) for folder in folders]
            orders += [grading(folder) for folder in folders]
            first = orders[0].stdout
            assert first
            for _ in range(min(10, len(expected[0]) // 2)):
                print(first.readline().rstrip(), flush=True)
            orders[0].send_signal(signal.SIGINT)
            text, _ = orders[0].communicate(timeout=MOST)
            found += (
                [] if orders[0].returncode == 130 else [f"interrumpida, salió con {orders[0].returncode}"]
            )
            orders[0] = grading(folders[0])
            for folder, order, cases in zip(folders, orders, expected, strict=True):
                text, _ = order.communicate(timeout=MOST)
                print(text, flush=True)
                found += [] if order.returncode == 0 else [f"{folder.name} salió con {order.returncode}"]
                found += faults(folder, cases)
            found += left(client, Path(work) / "t")
    finally:
        for order in orders:
            if order.poll() is None:
                order.kill()
        foreign.remove(force=True)
    print("\n".join(found) or f"{sum(map(len, expected))} entregas, todo bien")
    return bool(found)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    sys.exit(main(sys.argv[1:]))
