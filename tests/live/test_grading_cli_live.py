"""`./curso corregir` tal como se escribe, y con otro usuario cuando quien corrige es root."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import docker
import psutil
import pytest

from muelle.engine import Endpoint
from muelle.grading import kernel

pytestmark = pytest.mark.live

START = "import muelle\nclient = muelle.connect()"
RIGHT = """respuesta = {"filas": len(client.images.get("muelle/base").history()),
             "capas": len(client.images.get("muelle/base").attrs["RootFS"]["Layers"])}
muelle.check("historial-y-capas", respuesta)"""
WRONG = 'muelle.check("historial-y-capas", {"filas": 6, "capas": 6})'
SLOW = "import time\ntime.sleep(600)"


def _write(path: Path, *cells: str) -> None:
    metadata = {"kernelspec": {"language": "python", "name": "python3"}}
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": source} for source in cells]
    data = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": code}
    path.write_text(json.dumps(data), encoding="utf-8")


def _marks(report: Path) -> dict[str, str]:
    """De quién es cada fila del informe, y si resolvió el ejercicio."""
    with (report / "notas.csv").open(encoding="utf-8-sig", newline="") as stream:
        return {line["estudiante"]: line["resuelto"] for line in csv.DictReader(stream, delimiter=";")}


class Order:
    """`./curso corregir …` en marcha; no vive más de dos minutos."""

    def __init__(self, endpoint: Endpoint, *arguments: str, python: str = sys.executable) -> None:
        self.process = subprocess.Popen(
            [python, "-m", "muelle", "corregir", *arguments],
            env={**os.environ, **endpoint.environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._watchdog = threading.Timer(120, self.process.kill)
        self._watchdog.start()

    def until(self, fragment: str) -> None:
        """Espera a una línea; la prueba falla si no llega."""
        assert self.process.stdout
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if fragment in line:
                return
        pytest.fail(f"no llegó «{fragment}»: {lines}")

    def rest(self) -> tuple[str, int]:
        """Lo que queda por salir y el código de salida."""
        text, _ = self.process.communicate()
        self._watchdog.cancel()
        return text, self.process.returncode


def test_interrupted_with_ctrl_c_the_same_order_goes_on(
    engine_endpoint: Endpoint, engine_client: docker.DockerClient, tmp_path: Path
) -> None:
    work, report = tmp_path / "entregas", tmp_path / "informe"
    work.mkdir()
    _write(work / "ana.ipynb", START, RIGHT)
    _write(work / "beto.ipynb", START, SLOW, WRONG)
    _write(work / "celia.ipynb", START, WRONG)
    arguments = (str(work), "--salida", str(report), "--a-la-vez", "1", "--plazo", "300")
    order = Order(engine_endpoint, *arguments)
    order.until("1 de 3: ana.ipynb")
    order.process.send_signal(signal.SIGINT)
    text, code = order.rest()
    assert code == 130
    assert "Interrumpido" in text
    assert "Traceback" not in text
    assert not (report / "notas.csv").exists()

    _write(work / "beto.ipynb", START, WRONG)
    text, code = Order(engine_endpoint, *arguments).rest()
    assert code == 0, text
    assert "1 de 3: ana.ipynb (ya estaba)" in text
    assert "beto.ipynb\n" in text
    assert "✓ hecho" in text
    assert _marks(report) == {"ana": "sí", "beto": "no", "celia": "no"}
    assert engine_client.containers.list(all=True, filters={"label": "muelle.alumno"}) == []


def test_a_link_is_a_row_and_is_never_followed(engine_endpoint: Endpoint, tmp_path: Path) -> None:
    work, report = tmp_path / "entregas", tmp_path / "informe"
    work.mkdir()
    _write(work / "ana.ipynb", START, RIGHT)
    (work / "beto.ipynb").symlink_to(work / "ana.ipynb")
    (work / "celia.ipynb").symlink_to(tmp_path / "no-existe")
    text, code = Order(engine_endpoint, str(work), "--salida", str(report)).rest()
    assert code == 0, text
    with (report / "notas.csv").open(encoding="utf-8-sig", newline="") as stream:
        lines = {line["estudiante"]: line for line in csv.DictReader(stream, delimiter=";")}
    assert lines["ana"]["resuelto"] == "sí"
    for student in ("beto", "celia"):
        assert lines[student]["resuelto"] != "sí"
        assert "No es un archivo corriente" in " ".join(lines[student].values())


def test_what_failed_for_another_reason_is_graded_again(engine_endpoint: Endpoint, tmp_path: Path) -> None:
    """Un corrector que se muere no es un cuaderno corregido: al repetir la orden, se intenta otra vez."""
    work, report = tmp_path / "entregas", tmp_path / "informe"
    work.mkdir()
    _write(work / "ana.ipynb", START, RIGHT)
    arguments = (str(work), "--salida", str(report), "--a-la-vez", "1", "--plazo", "300")
    order = Order(engine_endpoint, *arguments)
    _kill_runner_of(order.process.pid)
    text, code = order.rest()
    assert code == 0, text
    assert "Repite la orden" in text
    assert "se cerró sin terminar" in (report / "informe.html").read_text(encoding="utf-8")
    text, code = Order(engine_endpoint, *arguments).rest()
    assert "(ya estaba)" not in text
    assert "Repite la orden" not in text
    assert _marks(report) == {"ana": "sí"}


def _kill_runner_of(pid: int) -> None:
    """Acaba con el corrector de un cuaderno en cuanto empieza."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for child in psutil.Process(pid).children():
            with suppress(psutil.Error):  # alguno acaba mientras se le mira
                if "muelle.grading.runner" in child.cmdline():
                    child.kill()
                    return
        time.sleep(0.02)
    pytest.fail("no empezó ningún corrector")


@pytest.fixture
def public_python() -> Iterator[str]:
    """Un Python con el curso que pueda usar cualquiera: el de siempre, o uno hecho con el del sistema."""
    if kernel.usable_uid(0) is not None:
        yield sys.executable
        return
    folder = Path(tempfile.mkdtemp(prefix="muelle-publico-"))
    folder.chmod(0o755)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    system = shutil.which(version, path="/usr/bin:/usr/local/bin")
    if system is None:
        pytest.fail(f"Esta prueba necesita un {version} del sistema: instala el paquete «{version}».")
    subprocess.run([system, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    site = folder / "venv" / "lib" / version / "site-packages" / "curso.pth"
    source = Path(kernel.__file__).parents[2]
    site.write_text(f"{sysconfig.get_paths()['purelib']}\n{source}\n", encoding="utf-8")
    yield str(folder / "venv" / "bin" / "python")
    shutil.rmtree(folder)


def _why_not_apart() -> str:
    """Por qué aquí los cuadernos no pueden correr con otro usuario; "" si pueden."""
    if os.geteuid() != 0:
        return "no eres root"
    for place in (Path(kernel.__file__), Path(sysconfig.get_paths()["purelib"])):
        if any(not folder.stat().st_mode & 0o001 for folder in place.resolve().parents):
            return "otro usuario no puede leer el Python o el curso"
    return ""


def test_graded_by_root_the_notebook_reaches_nothing_of_root(
    engine_endpoint: Endpoint, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Otro usuario: ni lee lo privado, ni escribe fuera, ni señala, ni llega al motor por su cuenta.

    Sin ser root, o con el curso en una carpeta que solo lee root, no se puede cambiar de usuario: entonces la
    orden tiene que decir qué alcanza el cuaderno.
    """
    reason = _why_not_apart()
    work, report = tmp_path / "entregas", tmp_path / "informe"
    work.mkdir()
    private = tmp_path / "privado.txt"
    private.write_text("de root", encoding="utf-8")
    private.chmod(0o600)
    attempts = f"""
import os, socket
def prohibido(intento):
    try:
        intento()
    except OSError:
        return True
    return False
motor = {engine_endpoint.url!r}.removeprefix("unix://")
libre = not all([
    prohibido(lambda: open({str(private)!r})),
    prohibido(lambda: open({str(tmp_path / "nuevo.txt")!r}, "w")),
    prohibido(lambda: os.kill(os.getppid(), 0)),
    prohibido(lambda: socket.socket(socket.AF_UNIX).connect(motor)),
    os.getuid() >= {kernel.FIRST_UID},
])
assert not libre"""
    _write(work / "ana.ipynb", START, attempts + "\n" + RIGHT)
    python = sys.executable if reason else request.getfixturevalue("public_python")
    text, code = Order(engine_endpoint, str(work), "--salida", str(report), python=python).rest()
    assert code == 0, text
    page = (report / "informe.html").read_text(encoding="utf-8")
    if reason:
        assert _marks(report) == {"ana": "no"}, page
        assert f"con tu mismo usuario ({reason}" in text
        assert f"con tu mismo usuario ({reason}" in page
    else:
        assert _marks(report) == {"ana": "sí"}, page
        assert "Aviso" not in text
        assert "usuario sin privilegios" in page
