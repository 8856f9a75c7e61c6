"""La línea de órdenes: ayuda en español, códigos de salida y una frase para cada error."""

from __future__ import annotations

import errno
import os
import pwd
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import click
import pytest

import catalogues
from muelle.cli import main, neighbours
from muelle.cli.app import app
from muelle.cli.book import BuildFailed, cache_for
from muelle.cli.book import _prepare as prepare
from muelle.cli.paths import own_folder
from muelle.cli.turn import only_one, open_class
from patience import PATIENCE

ENGLISH = ("Usage", "Options", "Commands", "Show this", "Error", "No such", "Missing", "Aborted")


def muelle(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Ejecuta `python -m muelle` sin ningún motor elegido salvo el que diga `environment`."""
    clean = {
        k: v for k, v in os.environ.items() if k not in ("DOCKER_HOST", "MUELLE_ENGINE", "DOCKER_CONTEXT")
    }
    return subprocess.run(
        [sys.executable, "-m", "muelle", *arguments],
        env={**clean, "COLUMNS": "100", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )


@pytest.mark.parametrize("command", ["", *sorted(app.commands)])
def test_help_is_spanish(command: str) -> None:
    result = muelle(*command.split(), "--help")
    assert result.returncode == 0
    assert result.stdout.startswith("Uso: ./curso")
    assert [word for word in ENGLISH if word in result.stdout] == []


GROUPS = ["", *(name for name, command in app.commands.items() if isinstance(command, click.Group))]


@pytest.mark.parametrize("group", GROUPS)
def test_no_short_help_is_cut(group: str) -> None:
    assert "..." not in muelle(*group.split(), "--help", COLUMNS="80").stdout


def test_exit_codes_are_documented() -> None:
    from muelle import errors

    text = muelle("--help").stdout
    codes = {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and hasattr(kind, "exit_code")
    }
    assert codes
    for code in codes:
        assert f"\n    {code} " in text


@pytest.mark.parametrize("arguments", [("nada",), ("libro", "--nada"), ("clase", "--reiniciar"), ("motor",)])
def test_a_mistyped_order_is_explained_in_spanish(arguments: tuple[str, ...]) -> None:
    result = muelle(*arguments)
    assert result.returncode == 2
    assert [word for word in ENGLISH if word in result.stdout + result.stderr] == []
    assert "Traceback" not in result.stderr


def test_nothing_that_was_asked_is_ignored_in_a_comparison() -> None:
    result = muelle("capas", "--comparar", "a", "b", "c")
    assert result.returncode == 2
    assert "Con --comparar van dos imágenes y nada más" in result.stderr


def test_a_dead_engine_is_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "muerto.sock"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    for order in (("libro", "--salida", str(tmp_path / "fuera")), ("diagnostico",), ("limpiar", "--si")):
        result = muelle(*order, DOCKER_HOST=f"unix://{path}")
        assert result.returncode in (1, 3), result
        assert "✗" in result.stdout + result.stderr
        assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full solo lo hay en Linux")
@pytest.mark.parametrize("order", ["--help", "ejercicios"])
def test_an_output_that_does_not_fit_is_one_sentence(order: str, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "muelle", order],
            env={**os.environ, "MUELLE_HOME": str(tmp_path)},
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            timeout=PATIENCE,
        )
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert "el disco está lleno" in result.stderr.lower()


def test_the_state_of_a_dead_engine_names_who_chose_it(tmp_path: Path) -> None:
    result = muelle("motor", "estado", DOCKER_HOST="unix:///no/hay.sock", MUELLE_HOME=str(tmp_path))
    assert result.returncode == 3, result.stderr
    assert "Motor privado: parado" in result.stdout
    assert "unset DOCKER_HOST" in result.stdout


@pytest.mark.parametrize("name", ["trabajo", "_build"])
def test_what_is_written_is_at_home_where_the_course_cannot_be(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """La carpeta la puso otra persona, para todas (root escribe en todas partes: aquí se hace que no)."""
    monkeypatch.setenv("HOME", str(tmp_path / "casa"))
    assert own_folder(tmp_path, name) == tmp_path / name
    monkeypatch.setattr(os, "access", lambda path, _: path != tmp_path)
    assert own_folder(tmp_path, name) == tmp_path / "casa" / "arquitectura-de-docker" / name
    (tmp_path / name).mkdir()
    assert own_folder(tmp_path, name) == tmp_path / name


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (errno.EROFS, "«informe» está en un sitio de solo lectura: trabaja en una carpeta tuya."),
        (
            errno.EACCES,
            "El sistema no deja usar «informe»: mira de quién es y sus permisos, o trabaja en una ",
        ),
    ],
)
def test_what_the_system_refuses_is_not_blamed_on_another_cause(
    code: int, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, "no", "informe")

    monkeypatch.setattr(app, "main", refuse)
    with pytest.raises(SystemExit, match=r"^1$"):
        main()
    assert said in " ".join(capsys.readouterr().err.split())


def test_the_compiled_catalog_is_up_to_date() -> None:
    message = "cambió el .po: ejecuta python tools/catalogues.py"
    assert catalogues.COMPILED.read_bytes() == catalogues.compiled(), message


def test_a_cache_serves_one_engine_only(tmp_path: Path) -> None:
    first = cache_for(tmp_path, "un motor")
    first.mkdir(parents=True)
    assert cache_for(tmp_path, "un motor") == first and first.is_dir()
    assert cache_for(tmp_path, "otro motor") != first
    assert not first.exists(), "la reserva del otro motor se borra"


def test_publishing_into_a_foreign_folder_touches_nothing(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "mi-web.html").write_text("mía", encoding="utf-8")
    (tmp_path / "foto.jpg").write_bytes(b"mia")
    with pytest.raises(BuildFailed, match="no son del curso"):
        prepare(tmp_path, empty=True)
    assert (tmp_path / "html" / "mi-web.html").read_text(encoding="utf-8") == "mía"


def test_publishing_empties_only_what_the_course_put_there(tmp_path: Path) -> None:
    for name in ("html", ".doctrees", ".ejecuciones", "jupyter_execute"):
        (tmp_path / name).mkdir()
    for name in ("registro.log", "arquitectura-de-docker.zip", "arquitectura-de-docker.pdf"):
        (tmp_path / name).touch()
    (tmp_path / "foto.jpg").write_bytes(b"mia")
    prepare(tmp_path, empty=True)
    assert [path.name for path in tmp_path.iterdir()] == ["foto.jpg"]


@pytest.mark.parametrize("name", ["/curso/trabajo/01.ipynb", None])
@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOSPC])
def test_a_system_that_says_no_is_one_sentence(
    number: int, name: str | None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> int:
        raise OSError(number, os.strerror(number), name)

    monkeypatch.setattr(app, "main", refuse)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("✗ ")
    assert "None" not in lines[0]


def test_two_books_with_one_engine_take_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path))
    waiting = "from muelle.cli.turn import only_one\nwith only_one('unix:///x'): print('dentro')"
    with only_one("unix:///x"):
        other = subprocess.Popen(
            [sys.executable, "-c", waiting],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert other.stderr is not None and "espero" in other.stderr.readline()
        assert other.poll() is None
        with only_one("unix:///otro"):
            pass  # el turno de un motor no estorba a otro
    assert other.communicate(timeout=PATIENCE)[0] == "dentro\n"
    assert capsys.readouterr().err == ""


def test_a_book_and_a_class_warn_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sus celdas usan los mismos nombres: ninguna espera a la otra, pero se dice."""
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path))
    with open_class("unix:///x"), only_one("unix:///otro"):
        assert capsys.readouterr().err == ""
        with only_one("unix:///x"):
            assert "Hay una clase abierta con este motor" in capsys.readouterr().err
        with open_class("unix:///x"):
            assert "Ya hay otra clase abierta" in capsys.readouterr().err
    with only_one("unix:///x"), open_class("unix:///x"):
        assert "Se está construyendo el libro con este motor" in capsys.readouterr().err
    with only_one("unix:///x"):
        assert capsys.readouterr().err == "", "la clase terminada ya no cuenta"


@pytest.mark.skipif(sys.platform != "linux", reason="los sockets abstractos solo los hay en Linux")
def test_another_person_with_the_same_engine_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Cada cual tiene su casa: los cerrojos de una no los ve la otra."""
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path))
    engine = f"unix://{tmp_path}/motor.sock"
    with ExitStack() as stack:
        with monkeypatch.context() as someone:
            someone.setattr(os, "getuid", lambda: pwd.getpwnam("nobody").pw_uid)
            stack.enter_context(neighbours.present(engine))
            assert neighbours.others(engine) == []
        assert neighbours.others(engine) == ["nobody"]
        assert neighbours.others(f"{engine}-otro") == []
        for turn in (only_one, open_class):
            with turn(engine):
                said = capsys.readouterr().err
                assert "trabaja también nobody" in said and "MUELLE_ENGINE=privado" in said
    assert neighbours.others(engine) == [], "quien se fue ya no cuenta"


def test_without_a_home_there_are_no_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "archivo").touch()
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "archivo" / "casa"))
    with only_one("unix:///x"), open_class("unix:///x"):
        done = True
    assert done


CTRL_C_WHILE_LOADING = """
import os, signal, sys

class Sender:
    def __set_name__(self, owner, name):
        os.kill(os.getpid(), signal.SIGINT)

class Finder:
    def find_spec(self, name, *_):
        if name == "click" and sys.argv[1] == "class":
            type("Importing", (), {"member": Sender()})
        elif name == "click":
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Finder())
from muelle.cli import main
main()
"""


@pytest.mark.skipif(os.name == "nt", reason="aquí Ctrl-C se imita con una señal")
@pytest.mark.parametrize("where", ["import", "class"])
def test_ctrl_c_while_loading_is_one_sentence(where: str) -> None:
    command = [sys.executable, "-c", CTRL_C_WHILE_LOADING, where]
    result = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE)
    assert result.stderr == "✗ Interrumpido.\n"
    assert result.returncode == 130
