"""Traer otro motor: se dice cómo va la descarga, y lo que aquí no se puede es un aviso y no un fallo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from patience import PATIENCE

TOOLS = Path(__file__).resolve().parents[2] / "tools" / "motores"
sys.path.insert(0, str(TOOLS))

import paquetes  # noqa: E402

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="apt solo existe en Linux")

FETCH = 'printf "Need to get 140 MB of archives.\\n"; for n in $(seq 12); do echo "Get:$n x"; done'
SILENT = 'echo "Err:1 https://un.espejo/debian sid InRelease"; exec /bin/sleep 3600'


def apt(folder: Path, script: str) -> str:
    """Un apt-get de mentira."""
    program = folder / "apt-get"
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_the_download_says_how_it_goes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    paquetes._fetch([apt(tmp_path, FETCH)], "los paquetes de sid")
    said = capsys.readouterr().err
    assert "Descargando los paquetes de sid" in said
    assert "10 archivos (140 MB en total)" in said


def test_a_silent_mirror_is_given_up_at_the_first_file(tmp_path: Path) -> None:
    with pytest.raises(paquetes.UnavailableError, match="No se pudo descargar los paquetes de sid") as caught:
        paquetes._fetch([apt(tmp_path, SILENT)], "los paquetes de sid")
    assert "://" not in str(caught.value), "no se repite la dirección de nadie"


def test_a_machine_without_the_engine_says_so_with_its_own_code(tmp_path: Path) -> None:
    """Sin root o sin red: se dice, y el código es el de «aquí no se puede», no el de una prueba roja.

    Y no se toca la red de la máquina: el puente de ese nombre puede ser de uno en marcha, con otra caché.
    """
    apt(tmp_path, SILENT)
    touched = tmp_path / "tocado"
    network = tmp_path / "ip"
    network.write_text(f"#!/bin/sh\necho $* >> '{touched}'\n", encoding="utf-8")
    network.chmod(0o755)
    environment = {
        **os.environ,
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}",
    }
    order = [sys.executable, str(TOOLS / "otro.py"), "pruebas", "docker-28-containerd", "tests/live"]
    done = subprocess.run(order, env=environment, capture_output=True, encoding="utf-8", timeout=PATIENCE)
    assert done.returncode == 69, done.stderr
    assert "Aquí no se puede tener ese motor." in done.stderr
    assert "Traceback" not in done.stderr
    assert not touched.exists()
