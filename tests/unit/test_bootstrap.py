"""`curso`: prepara una vez, se recupera de una interrupción y explica lo que no puede hacer."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bootstrap import pip, pipconfig, place, program, system
from bootstrap_wheels import Shelf
from patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
ECHO = "import sys; print('orden', *sys.argv[1:])\nsys.exit(int(sys.argv[1]))\n"


def make_clone(folder: Path) -> Path:
    """Un clon mínimo, sin paquetes y con un `muelle` que repite lo que recibe."""
    (folder / "src" / "muelle").mkdir(parents=True)
    (folder / "src" / "muelle" / "__init__.py").touch()
    (folder / "src" / "muelle" / "__main__.py").write_text(ECHO, encoding="utf-8")
    for name in ("requirements.txt", "requirements-pruebas.txt"):
        (folder / name).write_text("# sin paquetes\n", encoding="utf-8")
    for name in ("curso", "requirements-uv.txt"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "src" / "bootstrap", folder / "src" / "bootstrap")
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Un clon recién traído, en una carpeta con espacios y acentos."""
    return make_clone(tmp_path / "mi curso de cañón")


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Un clon ya preparado del que salen los demás: hacer un entorno es lo que más tarda."""
    folder = make_clone(tmp_path_factory.mktemp("una vez") / "curso")
    assert curso(folder, "0").returncode == 0
    return folder


@pytest.fixture
def ready(once: Path, tmp_path: Path) -> Path:
    """Un clon ya preparado y sin paquetes."""
    return Path(shutil.copytree(once, tmp_path / "mi curso de cañón", symlinks=True))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """Paquetes de mentira en una carpeta: sin red, pip y uv los encuentran ahí."""
    return Shelf(tmp_path / "estante")


def curso(clone: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ejecuta el `curso` de ese clon."""
    return subprocess.run(
        [sys.executable, str(clone / "curso"), *arguments],
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )


def test_it_prepares_once_and_hands_over(clone: Path) -> None:
    first = curso(clone, "0", "con espacio", "ñ")
    assert first.returncode == 0, first.stderr
    assert first.stdout == "orden 0 con espacio ñ\n"
    assert "Preparación terminada" in first.stderr

    second = curso(clone, "7")
    assert second.returncode == 7
    assert second.stderr == "", "la segunda llamada no prepara nada"


@pytest.mark.parametrize("damage", ["sin sello", "sin pip", "vacía", "sello de otro requirements"])
def test_a_half_made_venv_is_mended(ready: Path, damage: str) -> None:
    venv = ready / ".venv"
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
        (ready / "requirements.txt").write_text("# otra versión\n", encoding="utf-8")
    again = curso(ready, "0")
    assert again.returncode == 0, again.stderr
    assert "Preparación terminada" in again.stderr
    assert curso(ready, "0").stderr == ""


def test_an_impossible_package_is_one_sentence(ready: Path) -> None:
    (ready / "requirements.txt").write_text(
        f"esto-no-existe==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8"
    )
    result = curso(ready, "0", PIP_NO_INDEX="1")
    assert result.returncode == 2
    assert "Traceback" not in result.stderr
    assert result.stderr.splitlines()[-1].startswith("✗ No se pudo instalar los paquetes de Python")
    assert not (ready / ".venv" / "curso.sello").exists()


def test_no_network_is_said(ready: Path) -> None:
    (ready / "requirements.txt").write_text(f"docker==7.1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    nowhere = {
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_CONFIG_FILE": os.devnull,
    }
    result = curso(ready, "0", **nowhere, PIP_EXTRA_INDEX_URL="", PIP_FIND_LINKS="")
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
    answers = [process.communicate(timeout=PATIENCE) for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], answers
    assert sum("Preparación terminada" in errors for _, errors in answers) == 1


@pytest.mark.skipif(os.name == "nt", reason="apt solo existe en Linux")
@pytest.mark.parametrize("order", ["update", "install"])
def test_a_silent_package_server_is_said_soon(
    order: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "apt-get"
    fake.write_text("#!/bin/sh\necho Err:1 x\necho Err:2 y\nexec /bin/sleep 3600\n", encoding="utf-8")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert system.apt([order], grace=0.5) != 0


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
    assert running.communicate(timeout=PATIENCE)[0] == "recogida\n"
    assert running.returncode == 7


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-pruebas.txt", "requirements-uv.txt"])
def test_requirements_are_fully_locked(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins), (
        "cada paquete lleva versión exacta y huellas"
    )
    assert not any("://" in line for line in lines), "sin direcciones de ningún índice"


def test_what_is_in_both_lists_is_asked_in_more_places_by_the_second() -> None:
    """Lo que la base da en todas partes no se repite; lo demás, con la misma versión en las dos."""
    base, extra = (
        {
            line.split("==")[0]: line.split("==")[1].rstrip("\\ ")
            for line in (ROOT / name).read_text("utf-8").splitlines()
            if "==" in line and line[0].isalpha()
        }
        for name in ("requirements.txt", "requirements-pruebas.txt")
    )
    assert {"docker", "jupyterlab", "pip", "sphinx"} <= set(base), "y pip, para quien escriba «%pip»"
    assert {"pytest", "ruff", "mypy", "playwright"} <= set(extra)
    for name in set(base) & set(extra):
        assert base[name] != extra[name], f"{name} sobra en la segunda"
        assert base[name].split()[0] == extra[name].split()[0], f"{name} tiene dos versiones"


def test_uv_installs_and_leaves_nothing_of_its_own(ready: Path, shelf: Shelf) -> None:
    shelf.add("hola", "1.0")
    shelf.add_uv()
    shelf.lock(ready / "requirements.txt", "hola==1.0")
    shelf.lock(ready / "requirements-uv.txt", shelf.uv_pin)
    result = curso(ready, "0", **shelf.environment)
    assert result.returncode == 0, result.stderr
    assert "Installed 1 package" in (ready / ".venv" / "instalacion.log").read_text(encoding="utf-8")
    assert "pip" not in result.stderr
    assert list((ready / ".venv").glob("**/site-packages/hola/__init__.py"))
    assert not (ready / ".venv" / "uv").exists()


def carry(ready: Path, shelf: Shelf) -> Path:
    """Pone en un clon los paquetes que viajan con él; devuelve el único que se instala."""
    shelf.add("hola", "1.0")
    shelf.lock(ready / "requirements.txt", "hola==1.0")
    folder = Path(shutil.copytree(shelf.folder, ready / "paquetes"))
    wheel = next(folder.glob("hola-*.whl"))
    index = {"archivos": {f"paquetes/{wheel.name}": wheel.stat().st_size}}
    (folder / "indice.json").write_text(json.dumps(index), encoding="utf-8")
    return wheel


def test_the_packages_that_travel_with_the_course_are_enough(ready: Path, shelf: Shelf) -> None:
    carry(ready, shelf)
    result = curso(ready, "0", PIP_INDEX_URL="http://127.0.0.1:9/simple", PIP_CONFIG_FILE=os.devnull)
    assert result.returncode == 0, result.stderr
    assert list((ready / ".venv").glob("**/site-packages/hola/__init__.py"))


def test_a_damaged_package_is_not_installed_and_is_named(ready: Path, shelf: Shelf) -> None:
    """El mismo tamaño y otros bytes: una memoria USB que falla."""
    wheel = carry(ready, shelf)
    data = bytearray(wheel.read_bytes())
    data[40] ^= 255
    wheel.write_bytes(data)
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull}
    result = curso(ready, "0", **nowhere, PIP_EXTRA_INDEX_URL="", PIP_FIND_LINKS="")
    assert result.returncode == 2
    last = result.stderr.splitlines()[-1]
    assert f"La copia del curso está dañada: «paquetes/{wheel.name}»" in last
    assert "O repite la copia" in last
    assert not list((ready / ".venv").glob("**/site-packages/hola"))


@pytest.mark.parametrize("uv", ["no lo hay", "falla"])
def test_pip_takes_over_where_uv_cannot(ready: Path, shelf: Shelf, uv: str) -> None:
    shelf.add("hola", "1.0")
    shelf.lock(ready / "requirements.txt", "hola==1.0")
    if uv == "falla":
        shelf.add("uv", "0.1", script="#!/bin/sh\necho error: Illegal instruction\nexit 132\n")
        shelf.lock(ready / "requirements-uv.txt", "uv==0.1")
    result = curso(ready, "0", **shelf.environment)
    assert result.returncode == 0, result.stderr
    assert "sigo con pip" in result.stderr
    assert list((ready / ".venv").glob("**/site-packages/hola/__init__.py"))


def test_where_python_keeps_no_pip_the_environment_has_its_own(clone: Path, shelf: Shelf) -> None:
    """Una distribución puede guardar el de Python en otra carpeta."""
    shelf.add("hola", "1.0")
    shelf.lock(clone / "requirements.txt", "hola==1.0")
    source = clone / "src" / "bootstrap" / "pip.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('"pip-*.whl"', '"en-otra-parte-*.whl"'), encoding="utf-8")
    assert source.read_text(encoding="utf-8") != text
    result = curso(clone, "0", **shelf.environment)
    assert result.returncode == 0, result.stderr
    assert list((clone / ".venv").glob("**/site-packages/pip/__main__.py"))
    assert list((clone / ".venv").glob("**/site-packages/hola/__init__.py"))


def test_nobody_waits_for_a_pip_that_python_already_has(once: Path) -> None:
    assert pip.carried(), "el Python de las pruebas trae el suyo"
    assert not list((once / ".venv").glob("**/site-packages/pip"))


def test_what_the_tests_need_waits_until_they_are_asked_for(ready: Path, shelf: Shelf) -> None:
    shelf.add("hola", "1.0")
    shelf.add("examen", "1.0")
    shelf.lock(ready / "requirements.txt", "hola==1.0")
    shelf.lock(ready / "requirements-pruebas.txt", "examen==1.0")
    (ready / "src" / "muelle" / "__main__.py").write_text("", encoding="utf-8")
    exam = "**/site-packages/examen/__init__.py"
    assert curso(ready, "libro", **shelf.environment).returncode == 0
    assert not list((ready / ".venv").glob(exam))

    first = curso(ready, "pruebas", **shelf.environment)
    assert first.returncode == 0, first.stderr
    assert "las pruebas" in first.stderr
    assert list((ready / ".venv").glob(exam))
    assert curso(ready, "pruebas").stderr == ""
    assert curso(ready, "libro").stderr == ""


@pytest.mark.skipif(os.name == "nt", reason="aquí Ctrl-C se imita con una señal al grupo")
def test_ctrl_c_in_the_middle_and_the_same_order_again(clone: Path, shelf: Shelf) -> None:
    shelf.add("hola", "1.0")
    shelf.lock(clone / "requirements.txt", "hola==1.0")
    with socket.create_server(("127.0.0.1", 0)) as mute:  # un espejo que acepta y calla
        address = f"http://127.0.0.1:{mute.getsockname()[1]}/"
        running = subprocess.Popen(
            [sys.executable, str(clone / "curso"), "0"],
            env={**os.environ, **shelf.environment, "PIP_NO_INDEX": "0", "PIP_INDEX_URL": address},
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        mute.settimeout(PATIENCE)
        connection, _ = mute.accept()
        with connection:
            os.killpg(running.pid, signal.SIGINT)
            said = running.communicate(timeout=PATIENCE)[1]
    assert running.returncode == 130
    assert said.splitlines()[-1] == "✗ Preparación interrumpida: repite la misma orden y seguirá."
    assert "Traceback" not in said
    again = curso(clone, "0", **shelf.environment)
    assert again.returncode == 0, again.stderr
    assert list((clone / ".venv").glob("**/site-packages/hola/__init__.py"))


@pytest.mark.parametrize("where", ["al lado del arranque", "donde se escribe la orden", "en PYTHONPATH"])
def test_a_file_called_like_a_module_does_not_get_in_the_way(ready: Path, tmp_path: Path, where: str) -> None:
    elsewhere = tmp_path / "deberes"
    elsewhere.mkdir()
    folder = ready if where == "al lado del arranque" else elsewhere
    for name in ("random", "subprocess", "venv", "docker"):
        (folder / f"{name}.py").write_text("raise SystemExit('el de la persona')\n", encoding="utf-8")
    (ready / "src" / "muelle" / "__main__.py").write_text("import random, subprocess\n", encoding="utf-8")
    result = subprocess.run(
        [sys.executable, str(ready / "curso"), "0"],
        cwd=elsewhere,
        env={**os.environ, **({"PYTHONPATH": str(elsewhere)} if where == "en PYTHONPATH" else {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    assert result.returncode == 0, result.stderr


def test_another_python_makes_the_environment_again(ready: Path) -> None:
    """Lo instalado para una versión no le sirve a otra."""
    mark = ready / ".venv" / "señal"
    mark.touch()
    stamp = ready / ".venv" / "curso.sello"
    stamp.write_text(stamp.read_text(encoding="utf-8").replace(".", ".9", 1), encoding="utf-8")
    assert curso(ready, "0").returncode == 0
    assert not mark.exists()


@pytest.mark.skipif(os.name == "nt", reason="cerrar la salida al llamar es de los terminales de Unix")
def test_a_closed_output_is_no_trouble(clone: Path) -> None:
    (clone / "src" / "muelle" / "__main__.py").write_text("", encoding="utf-8")
    for closed in (">&- 2>&-", ">&-"):  # la primera prepara; la segunda ya no
        command = f'"$0" "$1" 0 {closed}'
        result = subprocess.run(
            ["sh", "-c", command, sys.executable, str(clone / "curso")], capture_output=True, timeout=PATIENCE
        )
        assert result.returncode == 0, result.stderr
        assert b"Traceback" not in result.stderr


def test_an_incomplete_copy_is_one_sentence(clone: Path) -> None:
    (clone / "src" / "bootstrap" / "packages.py").unlink()
    result = curso(clone, "0")
    assert result.returncode == 2
    assert "La carpeta del curso está incompleta" in result.stderr
    assert "Traceback" not in result.stderr


PIP_SAYS = """
:env:.cert='/de/la/variable.pem'
global.cert='/del/archivo.pem'
global.extra-index-url='https://uno.example/simple https://dos.example/simple'
global.index-url='https://espejo.example/simple'
install.trusted-host='espejo.example'
install.find-links='\\n/ruedas\\n/más'
""".splitlines()


def test_uv_looks_where_pip_looks() -> None:
    config = pipconfig.parse(PIP_SAYS)
    options = pipconfig.for_uv(config)
    pairs = set(itertools.pairwise(options))
    assert ("--default-index", "https://espejo.example/simple") in pairs
    assert {("--index", f"https://{name}.example/simple") for name in ("uno", "dos")} <= pairs
    assert {("--find-links", folder) for folder in ("/ruedas", "/más")} <= pairs
    assert ("--allow-insecure-host", "espejo.example") in pairs
    assert "--no-index" not in options
    assert pipconfig.variables(config) == {"SSL_CERT_FILE": "/de/la/variable.pem"}


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """El entorno está en un sitio de solo lectura: lo que se pregunta a un programa se sabe igual."""
    monkeypatch.setattr(place, "LOG", tmp_path / "no hay" / "instalacion.log")
    assert program.run_logged([sys.executable, "-c", "print('hola')"]) == ["hola"]
