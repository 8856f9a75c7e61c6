"""Cuánto se espera la primera vez: la preparación de esta versión frente a la de otra, en clones sin caché.

Ejecútalo con `.venv/bin/python benchmarks/setup.py REVISIÓN [VECES]`, con red. Mide desde que se escribe
`./curso diagnostico` hasta que el entorno de Python está, lo que ocupa, y la llamada siguiente.
Sale con 1 si pasa de los objetivos.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TIME_GOAL = 0.25
"""El tiempo de esta versión, como mucho, por el de la otra."""
SIZE_GOAL = 320e6
"""Lo que ocupa `.venv`, como mucho, en bytes."""
AGAIN_GOAL = 1.2
"""La llamada siguiente, como mucho, por la de la otra."""
END = "Preparación terminada."
CALLS = 7


@dataclass(frozen=True)
class Measure:
    """Una preparación.

    Args:
        seconds: hasta el final de la preparación de Python.
        size: bytes de `.venv`.
        again: segundos de una llamada posterior (la mediana).
    """

    seconds: float
    size: int
    again: float


def clone(revision: str, folder: Path) -> Path:
    """Los archivos de una revisión, como los deja un clon."""
    folder.mkdir()
    archive = folder.with_suffix(".tar")
    subprocess.run(["git", "-C", str(ROOT), "archive", "-o", str(archive), revision], check=True)
    with tarfile.open(archive) as tar:
        tar.extractall(folder)
    archive.unlink()
    return folder


def prepare(course: Path, caches: Path) -> Measure:
    """Prepara un clon con las cachés vacías y mide.

    Raises:
        SystemExit: la preparación falló; lo que dijo está en el mensaje.
    """
    environment = dict(os.environ)
    for name in ("PIP_CACHE_DIR", "UV_CACHE_DIR", "XDG_CACHE_HOME"):
        environment[name] = str(caches / name)
    command = [sys.executable, str(course / "curso")]
    started = time.perf_counter()
    running = subprocess.Popen(
        [*command, "diagnostico"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert running.stderr is not None
    said = []
    for line in running.stderr:
        said.append(line)
        if END in line:
            break
    else:
        raise SystemExit("".join(said))
    seconds = time.perf_counter() - started
    running.send_signal(signal.SIGINT)  # lo que sigue (buscar un motor) no es lo que se mide
    running.communicate()
    blocks = [path.lstat().st_blocks for path in (course / ".venv").rglob("*")]
    calls = []
    for _ in range(CALLS):
        started = time.perf_counter()
        subprocess.run([*command, "--help"], env=environment, stdout=subprocess.DEVNULL, check=True)
        calls.append(time.perf_counter() - started)
    return Measure(seconds, 512 * sum(blocks), statistics.median(calls[1:]))


def main(revision: str, times: int) -> bool:
    """Mide por turnos, imprime el informe y dice si se cumplen los objetivos."""
    measures: dict[str, list[Measure]] = {revision: [], "HEAD": []}
    for turn in range(times):
        for name, found in measures.items():
            with tempfile.TemporaryDirectory(prefix="muelle-medida-") as folder:
                course = clone(name, Path(folder) / f"curso-{turn}")
                found.append(prepare(course, Path(folder) / "cachés"))
    for name, found in measures.items():
        print(
            f"{name[:12]:<14}", *(f"{m.seconds:.1f} s, {m.size / 1e6:.0f} MB, {m.again:.2f} s" for m in found)
        )
    old, new = (min(found, key=lambda each: each.seconds) for found in measures.values())
    ratio, again = new.seconds / old.seconds, new.again / old.again
    print(f"Preparación: {ratio:.2f} veces; .venv: {new.size / 1e6:.0f} MB; después: {again:.2f}")
    return ratio <= TIME_GOAL and new.size <= SIZE_GOAL and again <= AGAIN_GOAL


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1))
