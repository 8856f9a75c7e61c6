"""Preparar `.venv`: una vez, de uno en uno, y sin sello hasta que todo está."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from . import packages, pip, place
from .program import run_logged
from .said import ProgramFailed, SetupError, explain, step
from .system import ensure_venv_module

_MINIMUM = (3, 10)
_FAILED = 2


def run(locks: Sequence[str]) -> int:
    """Prepara lo que falte y dice en una frase por qué no se pudo.

    Args:
        locks: las listas de paquetes que hacen falta.

    Returns:
        0 si todo está, o el código de salida.
    """
    try:
        _prepare(locks)
    except SetupError as error:
        print(f"✗ {error}", file=sys.stderr)
        return _FAILED
    except OSError as error:
        print(f"✗ {explain(error)}", file=sys.stderr)
        return _FAILED
    return 0


def _prepare(locks: Sequence[str]) -> None:
    if sys.version_info < _MINIMUM:
        wanted = ".".join(map(str, _MINIMUM))
        raise SetupError(
            f"El curso necesita Python {wanted} o posterior y este es el {place.version()}:"
            " instala uno más nuevo."
        )
    ensure_venv_module()
    with _alone():
        if place.is_ready(locks):
            return
        if place.is_ready(locks[:1]):
            print("Preparación de lo que necesitan las pruebas (solo la primera vez).", file=sys.stderr)
        else:
            print("Preparación (solo la primera vez; menos de un minuto con buena red).", file=sys.stderr)
        if not (place.is_whole() and _works()):
            _make_venv()
        for name in locks:
            place.seal((name,)).unlink(missing_ok=True)
        packages.install(locks)
        _write_path_file()
        for end in range(1, len(locks) + 1):
            place.seal(locks[:end]).write_text(place.expected(locks[:end]), encoding="utf-8")
        step("Preparación terminada.")


def _make_venv() -> None:
    step("Entorno de Python en .venv")
    options = ["--clear", *(["--without-pip"] if pip.carried() else [])]
    try:
        run_logged([sys.executable, "-I", "-m", "venv", *options, str(place.VENV)])
    except ProgramFailed as failure:
        raise SetupError(failure.sentence("crear el entorno .venv")) from None


def _works() -> bool:
    """Si el Python de `.venv` arranca y puede ejecutar pip."""
    command = [*pip.command(), "--version"]
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Un solo proceso prepara a la vez; si el otro muere, el cerrojo se suelta solo."""
    with (place.ROOT / ".curso.cerrojo").open("a+b") as handle:
        if not _take_lock(handle):
            step("Otra orden está preparando el curso; espero a que termine")
            while not _take_lock(handle):
                time.sleep(0.5)
        yield


def _take_lock(handle: BinaryIO) -> bool:
    """Toma el cerrojo si está libre, sin esperar: el de Windows que espera se cansa a los diez segundos."""
    try:
        if sys.platform == "win32":
            import msvcrt

            handle.seek(0)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # así dice «ocupado» cada sistema
        return False
    return True


def _write_path_file() -> None:
    """Hace que `import muelle` funcione también desde VS Code o Jupyter con este `.venv`.

    La ruta es relativa: así no estorban los acentos ni los espacios de la carpeta.
    """
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    output = subprocess.run(
        [str(place.PYTHON), "-I", "-X", "utf8", "-c", code], stdout=subprocess.PIPE, check=True
    )
    folder = Path(output.stdout.decode("utf-8").strip())
    relative = os.path.relpath(str(place.ROOT / "src"), str(folder))
    (folder / "muelle.pth").write_text(relative + "\n", encoding="ascii")
