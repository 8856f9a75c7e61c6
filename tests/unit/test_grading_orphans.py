"""Lo que lanza un núcleo sin cuarto se acaba con él: lleve o no la marca, figure o no como zombi."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from muelle.grading.orphans import Orphans
from muelle.grading.wall import hold
from muelle.grading.wall.numbers import has_threads
from muelle.grading.workers import COPIES, sweep_dead
from patience import wait_until

LEAVES = """
import ctypes, os, subprocess, sys, threading, time
def leave(*words):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            open(sys.argv[1], "a").write(f"{os.getpid()}\\n")
            if words:
                os.execve(words[0], words, {})
            threading.Thread(target=time.sleep, args=(900,)).start()
            ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
        os._exit(0)
leave()
leave("/bin/sleep", "900")
time.sleep(900)
"""
"""Uno cuyo hilo principal acabó, y que figura como zombi; otro sin entorno; los dos, sin padre."""


@pytest.mark.skipif(sys.platform != "linux", reason="solo Linux da los huérfanos a quien los pide")
def test_nothing_outlives_the_kernel(tmp_path: Path) -> None:
    orphans, said = Orphans(), tmp_path / "quienes"
    process = subprocess.Popen([sys.executable, "-c", LEAVES, str(said)], start_new_session=True)
    wait_until(lambda: said.exists() and said.read_text().count("\n") == 2, "se quedan los dos")
    left = [int(pid) for pid in said.read_text().split()]
    assert all(has_threads(pid) for pid in left)
    orphans.end(process, "nadie lleva esta marca")
    wait_until(lambda: not any(has_threads(pid) for pid in left), "no queda ninguno")
    assert process.returncode is not None
    for pid in left:
        os.waitpid(pid, 0)  # ahora son hijos nuestros


@pytest.mark.skipif(os.name != "posix", reason="en Windows no se corrige")
def test_what_the_dead_left_is_swept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Las copias de las entregas de una orden que murió no se quedan; las de una viva, sí, y lo de otros."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (elsewhere := tmp_path / "ajena").mkdir()
    for name in ("viva", "muerta"):
        (tmp_path / f"{COPIES}{name}" / "copias").mkdir(parents=True)
    os.close(hold(tmp_path / f"{COPIES}muerta"))
    os.close(hold(elsewhere))
    (tmp_path / f"{COPIES}enlace").symlink_to(elsewhere)
    (tmp_path / f"{COPIES}sin-cerrojo").mkdir()
    alive = hold(tmp_path / f"{COPIES}viva")
    sweep_dead("")
    os.close(alive)
    left = sorted(path.name.removeprefix(COPIES) for path in tmp_path.iterdir())
    assert left == ["ajena", "enlace", "sin-cerrojo", "viva"]
    assert (elsewhere / "cerrojo").exists()
