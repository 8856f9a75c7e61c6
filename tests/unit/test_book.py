"""Construir la web: pararla a medias no deja nada en marcha."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from muelle.cli import book
from patience import PATIENCE, wait_until

STUBBORN = """
import pathlib, signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], start_new_session=True)
pathlib.Path(sys.argv[1]).write_text(str(child.pid))
while True:
    signal.pause()
"""
"""Como una construcción a mitad de un cuaderno: la señal no la para, y su núcleo está en otra sesión."""


@pytest.mark.skipif(sys.platform == "win32", reason="en Windows no se puede no atender a `terminate`")
def test_a_build_that_does_not_mind_is_stopped_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "STOP_SECONDS", 0.1)
    note = tmp_path / "hijo"
    process = subprocess.Popen([sys.executable, "-c", STUBBORN, str(note)], encoding="utf-8")
    wait_until(lambda: note.exists() and note.read_text(), "la construcción lanza lo suyo")
    child = psutil.Process(int(note.read_text()))
    book.stop(process)
    assert process.returncode is not None
    assert psutil.wait_procs([child], timeout=PATIENCE)[1] == []
