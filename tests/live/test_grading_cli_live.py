"""`./curso corregir` tal como se escribe, y con otro usuario cuando quien corrige es root."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import docker
import psutil
import pytest

from muelle import exercises
from muelle.cli.grading import PENDING_CODE
from muelle.engine import Endpoint
from patience import wait_until
from remains import remains

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
    """`./curso corregir …` en marcha; no vive más de cinco minutos."""

    def __init__(self, endpoint: Endpoint, *arguments: str, python: str = sys.executable) -> None:
        self.process = subprocess.Popen(
            [python, "-m", "muelle", "corregir", *arguments],
            env={**os.environ, **endpoint.environment()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._watchdog = threading.Timer(300, self.process.kill)
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
    before = remains(engine_client, ["muelle.alumno"])
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
    assert remains(engine_client, ["muelle.alumno"]) - before == set()


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


def test_a_corrector_that_dies_is_tried_again(engine_endpoint: Endpoint, tmp_path: Path) -> None:
    """Un corrector que se muere no es un cuaderno corregido: se intenta otra vez sin que nadie lo pida."""
    work, report = tmp_path / "entregas", tmp_path / "informe"
    work.mkdir()
    _write(work / "ana.ipynb", START, RIGHT)
    arguments = (str(work), "--salida", str(report), "--a-la-vez", "1", "--plazo", "300")
    order = Order(engine_endpoint, *arguments)
    killed = _kill_runner_of(order.process.pid)
    text, code = order.rest()
    assert code == 0, text
    assert _marks(report) == {"ana": "sí"}

    (work / "ana.ipynb").write_bytes((work / "ana.ipynb").read_bytes() + b" ")
    order = Order(engine_endpoint, *arguments)
    killed = _kill_runner_of(order.process.pid)
    _kill_runner_of(order.process.pid, but=killed)
    text, code = order.rest()
    assert code == PENDING_CODE, text
    assert "Repite la orden" in text
    page = (report / "informe.html").read_text(encoding="utf-8")
    assert "se cerró sin terminar" in page
    assert "sin corregir" in page
    text, code = Order(engine_endpoint, *arguments).rest()
    assert code == 0, text
    assert "(ya estaba)" not in text
    assert _marks(report) == {"ana": "sí"}


def _kill_runner_of(pid: int, but: int = -1) -> int:
    """Acaba con el corrector de un cuaderno en cuanto empieza.

    Args:
        but: uno que no vale, porque ya se acabó con él.

    Returns:
        Su número.
    """
    found: list[int] = []

    def killed() -> bool:
        for child in psutil.Process(pid).children():
            with suppress(psutil.Error):  # alguno acaba mientras se le mira
                if "muelle.grading.runner" in child.cmdline() and child.pid != but:
                    child.kill()
                    found.append(child.pid)
                    return True
        return False

    wait_until(killed, "empieza un corrector")
    return found[0]


def _attempts(endpoint: Endpoint, private: Path) -> str:
    """Una celda que falla si consigue salirse de su sitio."""
    solutions = exercises.get("historial-y-capas").folder
    return f"""
import os, socket, glob
def prohibido(intento):
    try:
        return not intento()
    except OSError:
        return True
motor = {endpoint.url!r}.removeprefix("unix://")
libre = not all([
    prohibido(lambda: open({str(private)!r})),
    prohibido(lambda: open({str(private.with_name("nuevo.txt"))!r}, "w")),
    prohibido(lambda: open({str(Path(__file__).resolve())!r})),
    prohibido(lambda: os.kill(os.getppid(), 0) is None),
    prohibido(lambda: socket.socket(socket.AF_UNIX).connect(motor) is None),
    prohibido(lambda: glob.glob({str(solutions)!r} + "/solution.*")),
    prohibido(lambda: [p for p in glob.glob("/proc/[0-9]*/cmdline") if b"corregir" in open(p, "rb").read()]),
    prohibido(lambda: os.listdir("/var/tmp") + os.listdir("/dev/shm")),
    os.getuid() not in (0, {os.getuid()}),
])
assert not libre"""


def test_the_notebook_reaches_nothing_of_who_grades(engine_endpoint: Endpoint, tmp_path: Path) -> None:
    """Otro usuario: ni lee lo privado, ni escribe fuera, ni señala, ni llega al motor por su cuenta.

    Donde la máquina no puede apartarlo, la orden tiene que decir qué alcanza.
    """
    work, report = tmp_path / "entregas", tmp_path / "informe"
    work.mkdir()
    private = tmp_path / "privado.txt"
    private.write_text("de quien corrige", encoding="utf-8")
    private.chmod(0o600)
    for student in ("ana", "beto"):
        leave = "for f in '/tmp', '/var/tmp', '/dev/shm': open(f + '/canal', 'w').write('respuestas')"
        _write(work / f"{student}.ipynb", START, _attempts(engine_endpoint, private) + "\n" + RIGHT, leave)
    text, code = Order(engine_endpoint, str(work), "--salida", str(report), "--a-la-vez", "1").rest()
    assert code == 0, text
    page = (report / "informe.html").read_text(encoding="utf-8")
    assert not [path for path in report.rglob("*") if path.stat().st_mode & 0o077 and path.is_file()]
    if "con tu mismo usuario" in page:
        assert os.geteuid() != 0
        assert _marks(report) == {"ana": "no", "beto": "no"}, page
        assert "con tu mismo usuario (no eres root" in text
    else:
        assert _marks(report) == {"ana": "sí", "beto": "sí"}, page
        assert "Aviso" not in text
        assert "motor de usar y tirar" in page or "un usuario suyo" in page


FEW_NUMBERS = """
import os, sys
from muelle.grading.wall.first import NEWUSER, call
call("unshare", NEWUSER)
print("fuera", flush=True)
sys.stdin.readline()
os.setresgid(0, 0, 0)
os.setresuid(0, 0, 0)
os.execv(sys.executable, [sys.executable, "-m", "muelle", "corregir", *sys.argv[1:]])
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="sin ser root, la prueba de antes ya corre con pocos números")
def test_the_wall_stands_with_few_numbers(engine_endpoint: Endpoint, tmp_path: Path) -> None:
    """Lo que tiene quien no es root: su número y un tramo de `/etc/subuid`."""
    work, report = tmp_path / "entregas", tmp_path / "informe"
    work.mkdir()
    private = tmp_path / "privado.txt"
    private.write_text("de quien corrige", encoding="utf-8")
    private.chmod(0o600)
    build = 'muelle.build("FROM muelle/base\\nRUN touch /a && chown 1000:65534 /a\\nUSER 1000")'
    _write(work / "ana.ipynb", START, build, _attempts(engine_endpoint, private) + "\n" + RIGHT)
    with subprocess.Popen(
        [sys.executable, "-c", FEW_NUMBERS, str(work), "--salida", str(report)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        assert process.stdout.readline() == "fuera\n"
        for name in ("uid_map", "gid_map"):
            Path(f"/proc/{process.pid}/{name}").write_text("0 0 1\n1 1610612736 65536\n", encoding="ascii")
        text, _ = process.communicate("ya\n")
    assert process.returncode == 0, text
    assert _marks(report) == {"ana": "sí"}, (report / "notas.csv").read_text(encoding="utf-8")
    assert "motor de usar y tirar" in (report / "informe.html").read_text(encoding="utf-8")


def test_no_setting_of_the_teacher_changes_a_verdict(
    engine_endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Un ayudante de credenciales que no está rompe las construcciones de quien lo tenga configurado."""
    config = tmp_path / "docker"
    config.mkdir()
    (config / "config.json").write_text('{"credsStore": "no-existe"}', encoding="utf-8")
    for name, value in (
        ("DOCKER_CONFIG", str(config)),
        ("DOCKER_API_VERSION", "1.30"),
        ("PYTHONWARNINGS", "error"),
    ):
        monkeypatch.setenv(name, value)
    work, report = tmp_path / "entregas", tmp_path / "informe"
    work.mkdir()
    exercise = exercises.get("solo-metadatos")
    (solution,) = exercise.folder.glob("solution.*")
    text = solution.read_text(encoding="utf-8")
    given = text if solution.suffix == ".py" else f'respuesta = r"""\n{text}\n"""'
    answer = f'{given}\nmuelle.check("solo-metadatos", respuesta)'
    values = 'valores = muelle.values("solo-metadatos")'
    _write(work / "ana.ipynb", START, f"{values}\n{answer}", "muelle.build('FROM muelle/base\\nRUN true')")
    said, code = Order(engine_endpoint, str(work), "--salida", str(report)).rest()
    assert code == 0, said
    assert _marks(report) == {"ana": "sí"}, (report / "notas.csv").read_text(encoding="utf-8")
