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

from patience import PATIENCE

SERVE = """
import sys
from pathlib import Path
from muelle.cli.serve import serve
serve(Path(sys.argv[1]), lambda: None, lambda address: print(address, flush=True))
"""


def run(program: str, folder: Path) -> tuple[int, str]:
    """Cómo acaba un programa que sirve `folder` y se manda a sí mismo Ctrl-C: su código y lo que dijo."""
    command = [sys.executable, "-c", program, str(folder)]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE)
    return result.returncode, result.stderr


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


def _status(address: str, path: str, **headers: str) -> int:
    request = urllib.request.Request(address + path, headers=headers)
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return int(error.code)


def test_only_the_site_and_only_by_its_name(
    served: tuple[str, subprocess.Popen[str]], tmp_path: Path
) -> None:
    """Ni por un enlace, ni con un byte nulo, ni con el nombre de otro sitio que lleve a esta máquina."""
    address, process = served
    outside = tmp_path.parent / f"{tmp_path.name}-fuera.txt"
    outside.write_text("de fuera", encoding="utf-8")
    (tmp_path / "enlace.txt").symlink_to(outside)
    (tmp_path / "dentro.html").symlink_to("index.html")
    assert _status(address, "enlace.txt") == 404
    assert _status(address, "dentro.html") == 200
    assert _status(address, "index.html%00.txt") == 404
    assert _status(address, "index.html", Host="malo.example:80") == 403
    assert _status(address, "index.html") == 200
    assert process.poll() is None


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
    _, said = process.communicate(timeout=PATIENCE)
    assert said == ""
    assert process.returncode == 0


CTRL_C_IN_A_CLASS = """
import os, signal, sys
from pathlib import Path
from muelle.cli.serve import serve

class Sender:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)

serve(Path(sys.argv[1]), lambda: None, lambda _: type("Importing", (), {"member": Sender()}))
"""


@pytest.mark.skipif(os.name == "nt", reason="aquí Ctrl-C se imita con una señal")
def test_ctrl_c_while_something_is_imported(tmp_path: Path) -> None:
    """Antes de Python 3.12, una excepción mientras se crea una clase llega envuelta en otra."""
    assert run(CTRL_C_IN_A_CLASS, tmp_path) == (0, "")


CHANGES_AND_CTRL_C = """
import os, signal, sys, time
from pathlib import Path
import watchfiles
from muelle.cli.serve import serve

changed = Path(sys.argv[1]) / "index.html"
watchfiles.watch = lambda *_, **__: iter([{(None, str(changed))}])

def rebuild():
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(3600)

serve(changed.parent, rebuild, lambda _: None)
"""


@pytest.mark.skipif(os.name == "nt", reason="aquí Ctrl-C se imita con una señal")
def test_ctrl_c_also_stops_a_rebuild(tmp_path: Path) -> None:
    assert run(CHANGES_AND_CTRL_C, tmp_path) == (0, "  Cambió index.html: construyendo de nuevo\n")
