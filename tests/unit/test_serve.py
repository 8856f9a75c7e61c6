"""`libro --servir`: páginas en español, ninguna carpeta a la vista, y un final limpio."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVE = """
import sys
from pathlib import Path
from muelle.cli.serve import serve
serve(Path(sys.argv[1]), lambda: None, lambda address: print(address, flush=True))
"""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """La dirección de una web pequeña, y el proceso que la sirve."""
    (tmp_path / "_static").mkdir()
    (tmp_path / "index.html").write_text("<h1>Portada</h1>", encoding="utf-8")
    (tmp_path / "404.html").write_text("<h1>Esta página no existe</h1>", encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("✓ hecho: abre http://127.0.0.1:")
    yield process.stdout.readline().strip(), process
    process.kill()
    process.wait()


def test_pages_and_their_folders(served: tuple[str, subprocess.Popen[str]]) -> None:
    address, _ = served
    with urllib.request.urlopen(address) as answer:
        assert "Portada" in answer.read().decode()
    for missing in ("no/hay", "_static/"):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(address + missing)
        assert caught.value.code == 404
        assert "Esta página no existe" in caught.value.read().decode()


@pytest.mark.skipif(os.name == "nt", reason="aquí Ctrl-C se imita con una señal")
def test_ctrl_c_ends_it_without_a_word(served: tuple[str, subprocess.Popen[str]]) -> None:
    address, process = served
    assert address
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=20)
    assert said == ""
    # Si la señal llega mientras `watchfiles` importa algo, Python acaba con ella aunque se haya atendido.
    assert process.returncode in (0, -signal.SIGINT)
