"""`curso`: prepara una vez, se recupera de una interrupción y explica lo que no puede hacer."""

from __future__ import annotations

import os
import runpy
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ECHO = "import sys; print('orden', *sys.argv[1:])\nsys.exit(int(sys.argv[1]))\n"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Un clon mínimo, en una carpeta con espacios y acentos, sin paquetes y con un `muelle` que repite."""
    folder = tmp_path / "mi curso de cañón"
    (folder / "src" / "muelle").mkdir(parents=True)
    (folder / "src" / "muelle" / "__init__.py").touch()
    (folder / "src" / "muelle" / "__main__.py").write_text(ECHO, encoding="utf-8")
    (folder / "requirements.txt").write_text("# sin paquetes\n", encoding="utf-8")
    shutil.copy(ROOT / "curso", folder / "curso")
    return folder


def curso(clone: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ejecuta el `curso` de ese clon."""
    return subprocess.run(
        [sys.executable, str(clone / "curso"), *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=180,
    )


def test_it_prepares_once_and_hands_over(clone: Path) -> None:
    first = curso(clone, "0", "con espacio", "ñ")
    assert first.returncode == 0, first.stderr
    assert first.stdout == "orden 0 con espacio ñ\n"
    assert "Preparación terminada" in first.stderr

    started = time.monotonic()
    second = curso(clone, "7")
    assert second.returncode == 7
    assert second.stderr == "", "la segunda llamada no prepara nada"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("damage", ["sin sello", "sin pip", "vacía", "sello de otro requirements"])
def test_a_half_made_venv_is_mended(clone: Path, damage: str) -> None:
    assert curso(clone, "0").returncode == 0
    venv = clone / ".venv"
    if damage == "sin sello":
        (venv / "curso.sello").unlink()
    elif damage == "sin pip":
        (venv / "curso.sello").unlink()
        for package in venv.glob("**/site-packages/pip"):
            shutil.rmtree(package)
    elif damage == "vacía":
        shutil.rmtree(venv)
        venv.mkdir()
    else:
        (clone / "requirements.txt").write_text("# otra versión\n", encoding="utf-8")
    again = curso(clone, "0")
    assert again.returncode == 0, again.stderr
    assert "Preparación terminada" in again.stderr
    assert curso(clone, "0").stderr == ""


def test_an_impossible_package_is_one_sentence(clone: Path) -> None:
    (clone / "requirements.txt").write_text(
        f"esto-no-existe==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8"
    )
    result = curso(clone, "0", PIP_NO_INDEX="1")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("✗ No se pudo instalar los paquetes de Python")
    assert not (clone / ".venv" / "curso.sello").exists()


def test_no_network_is_said(clone: Path) -> None:
    (clone / "requirements.txt").write_text(f"docker==7.1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }
    result = curso(clone, "0", **nowhere, PIP_EXTRA_INDEX_URL="", PIP_FIND_LINKS="")
    assert result.returncode == 2
    assert "porque no hay red" in result.stderr, result.stderr


def test_a_missing_requirements_file_is_one_sentence(clone: Path) -> None:
    (clone / "requirements.txt").unlink()
    result = curso(clone, "0")
    assert result.returncode == 2
    assert "Falta requirements.txt" in result.stderr
    assert "Traceback" not in result.stderr


def test_two_at_once_prepare_only_once(clone: Path) -> None:
    command = [sys.executable, str(clone / "curso"), "0"]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        for _ in range(3)
    ]
    answers = [process.communicate(timeout=180) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], answers
    assert sum("Preparación terminada" in errors for _, errors in answers) == 1


@pytest.mark.skipif(os.name == "nt", reason="apt sólo existe en Linux")
@pytest.mark.parametrize("order", ["update", "install"])
def test_a_silent_package_server_is_said_soon(
    order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "apt-get"
    fake.write_text("#!/bin/sh\necho Err:1 x\necho Err:2 y\nexec /bin/sleep 60\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    started = time.monotonic()
    assert runpy.run_path(str(ROOT / "curso"))["apt"]([order], grace=0.5) != 0
    assert time.monotonic() - started < 10


FOLLOW = """
import runpy, sys
sys.exit(runpy.run_path(sys.argv[1])["follow"]([sys.executable, "-c", sys.argv[2]]))
"""

TIDY = """
import sys, time
try:
    print("lista", flush=True)
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(1)
    print("recogida", flush=True)
    sys.exit(7)
"""


@pytest.mark.skipif(os.name == "nt", reason="aquí Ctrl-C se imita con una señal al grupo")
def test_on_windows_ctrl_c_lets_the_order_tidy_up() -> None:
    """Allí la orden es un hijo: se le deja acabar, y su código es el nuestro."""
    running = subprocess.Popen(
        [sys.executable, "-c", FOLLOW, str(ROOT / "curso"), TIDY],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "lista\n"
    os.killpg(running.pid, signal.SIGINT)
    assert running.communicate(timeout=30)[0] == "recogida\n"
    assert running.returncode == 7


def test_requirements_are_fully_locked() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert len(pins) > 50
    assert all("==" in pin and pin.endswith("\\") for pin in pins), (
        "cada paquete lleva versión exacta y huellas"
    )
    assert not any("://" in line for line in lines), "sin direcciones de ningún índice"
