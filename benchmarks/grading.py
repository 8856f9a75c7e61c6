"""Lo que cuesta que cada cuaderno tenga su motor, junto al de quien corrige, y lo que ocupa en memoria.

    .venv/bin/python benchmarks/grading.py [--veces 3] [--capitulo 03-que-es-una-imagen]

Como root. Los dos modos se turnan en la misma ejecución, con el mismo cuaderno, resuelto; se comparan las
medianas.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "data"))

from muelle import base, engine  # noqa: E402
from muelle.grading import workers as crew  # noqa: E402
from muelle.grading.wall import make_plan  # noqa: E402
from submissions import solved  # noqa: E402

MOST = 2.0
"""Veces que puede tardar más un cuaderno con su motor."""
STUDENTS = 300
LOOK = 0.5
"""Segundos entre dos miradas a la memoria."""


class Memory:
    """La mayor memoria que llegan a ocupar los procesos de un corrector, mientras dura el `with`.

    Attributes:
        most: en bytes; lo compartido, a partes iguales (PSS).
    """

    def __init__(self) -> None:
        self.most = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._done.wait(LOOK):
            total = 0
            for process in psutil.Process().children(recursive=True):
                with suppress(psutil.Error):
                    total += process.memory_full_info().pss
            self.most = max(self.most, total)


def main() -> int:
    """Mide y compara.

    Returns:
        0 si no se pasa de `MOST`.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--veces", type=int, default=3)
    parser.add_argument("--capitulo", default="03-que-es-una-imagen")
    asked = parser.parse_args()
    base.ensure(engine.connect())
    url = engine.find().url
    seconds: dict[str, list[float]] = {"propio": [], "compartido": []}
    memory: dict[str, int] = {"propio": 0, "compartido": 0}
    with tempfile.TemporaryDirectory(prefix="muelle-medida-") as work:
        course = Path(work, "curso")
        course.mkdir()
        Path(work).chmod(0o711)
        notebook = Path(work, "resuelto.ipynb")
        notebook.write_text(solved(ROOT / "notebooks" / f"{asked.capitulo}.ipynb")[0], encoding="utf-8")
        plan = make_plan(course)
        if not plan.engine:
            print(f"Aquí no cabe un motor por cuaderno: {plan.why or plan.sentence}")
            return 1
        for turn in range(asked.veces):
            for name, each in (("propio", plan), ("compartido", replace(plan, engine=""))):
                started = time.perf_counter()
                with Memory() as used:
                    result = crew.run(crew.Job(notebook, 600, each, url), threading.Event())
                seconds[name].append(time.perf_counter() - started)
                memory[name] = max(memory[name], used.most)
                right = sum(verdict["outcome"] == "SOLVED" for verdict in result.get("verdicts", []))
                print(f"{turn + 1}. {name}: {seconds[name][-1]:.1f} s, {right} resueltos", flush=True)
    own, shared = (statistics.median(seconds[name]) for name in ("propio", "compartido"))
    print(f"con su motor, {own:.1f} s; con el compartido, {shared:.1f} s: {own / shared:.2f} veces")
    print(", ".join(f"{name}: {used / 2**20:.0f} MiB por corrector" for name, used in memory.items()))
    chapters = len(list((ROOT / "notebooks").glob("[0-9]*.ipynb"))) + 1
    hours = STUDENTS * chapters * own / 3600
    print(
        f"{STUDENTS} estudiantes y {chapters} cuadernos como este: {hours:.1f} h de un corrector, "
        f"{hours / 8:.1f} h con ocho a la vez y {8 * memory['propio'] / 2**30:.1f} GiB"
    )
    return own / shared > MOST


if __name__ == "__main__":
    sys.exit(main())
