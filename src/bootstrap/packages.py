"""Instalar listas de paquetes: con uv, que tarda segundos, y si no puede ser, con pip.

A uv lo trae pip, con sus huellas, a una carpeta de `.venv` (o a una temporal, si ahí no se puede escribir)
que se borra al acabar.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from . import carried, pip, pipconfig, place
from .program import run_logged
from .said import ProgramFailed, SetupError, end_rewriting, rewrite, step

_PURPOSE = "instalar los paquetes de Python"
_UV_FOLDER = place.VENV / "uv"
_UV_VARIABLES = {"UV_HTTP_TIMEOUT": "20", "UV_HTTP_RETRIES": "2", "UV_PYTHON_DOWNLOADS": "never"}
_PIP_VARIABLES = {"PIP_USER": "0"}  # «user = true» no se puede juntar con `--target`
_FROM_NETWORK = ("--retries", "2", "--timeout", "20")
_FROM_COPY = ("--no-index", "--find-links", str(carried.FOLDER))


def install(locks: Sequence[str]) -> None:
    """Instala esas listas en `.venv`: de los paquetes que viajan con el curso, o de la red.

    Args:
        locks: nombres de archivo, desde la carpeta del curso.

    Raises:
        SetupError: no se pudo, y la frase dice por qué.
    """
    total = sum(len(pins(name)) for name in locks)
    if total == 0:
        return
    requested = [option for name in locks for option in ("-r", str(place.ROOT / name))]
    fault = ""
    if carried.there_are() and tuple(locks) == (place.BASE,):
        fault = carried.missing()
        if not fault:
            try:
                _install(requested, total, from_copy=True)
                return
            except ProgramFailed as failure:
                if failure.disk_is_full():
                    raise SetupError(failure.sentence(_PURPOSE)) from None
                lacks = f"En paquetes/ no está todo lo que necesita Python {place.version()} en este sistema"
                fault = carried.damaged() or lacks
        step(f"{fault}; lo busco en la red")
    try:
        _install(requested, total, from_copy=False)
    except ProgramFailed as failure:
        sentence = failure.sentence(_PURPOSE)
        raise SetupError(f"{fault}. {sentence} O repite la copia." if fault else sentence) from None


def _install(requested: Sequence[str], total: int, *, from_copy: bool) -> None:
    """Instala con uv y, si no puede, con pip.

    Raises:
        ProgramFailed: tampoco pip pudo.
    """
    step("Instalando un paquete" if total == 1 else f"Instalando {total} paquetes")
    if not _uv_installed(requested, from_copy=from_copy):
        step("uv no pudo: sigo con pip, que tarda más")
        _pip([*requested, *(_FROM_COPY if from_copy else _FROM_NETWORK)], total)


def pins(lock: str) -> list[str]:
    """Las líneas de una lista que fijan un paquete, sin sus huellas.

    Args:
        lock: como en `install`.
    """
    lines = (place.ROOT / lock).read_text(encoding="utf-8").splitlines()
    return [line.rstrip("\\ ") for line in lines if "==" in line and not line.startswith(("#", " "))]


def _uv_installed(requested: Sequence[str], *, from_copy: bool) -> bool:
    """Instala con uv; falso si para este sistema no lo hay, o si no pudo.

    Raises:
        ProgramFailed: no hay red o no hay sitio: pip tampoco podría.
    """
    config = {} if from_copy else pipconfig.read()
    where = _FROM_COPY if from_copy else pipconfig.for_uv(config)
    try:
        with fetched_uv(from_copy=from_copy) as uv:
            command = [uv, "pip", "install", "--python", str(place.PYTHON), "--require-hashes", "--no-config"]
            command += ["--no-progress", "--color", "never", *where, *requested]
            run_logged(command, _tell_uv, {**_UV_VARIABLES, **pipconfig.variables(config)})
    except UvMissing as failure:
        if failure.lacks_network() or failure.disk_is_full():
            raise
        return False
    except ProgramFailed as failure:
        if failure.disk_is_full():
            raise
        return False
    finally:
        end_rewriting()
    return True


class UvMissing(ProgramFailed):
    """pip no pudo traer uv, o no lo hay para este sistema."""


@contextlib.contextmanager
def fetched_uv(*, from_copy: bool = False) -> Iterator[str]:
    """El programa uv, traído por pip mientras dura el `with`.

    Args:
        from_copy: de los paquetes que viajan con el curso, y no de la red.

    Raises:
        UvMissing: no se pudo traer.
    """
    writable = os.access(place.VENV, os.W_OK)
    folder = _UV_FOLDER if writable else Path(tempfile.mkdtemp(prefix="muelle-"))
    shutil.rmtree(folder, ignore_errors=True)
    options = ["--only-binary", ":all:", "--no-compile", "--target", str(folder)]
    options += ["-r", str(place.ROOT / place.INSTALLER), *(_FROM_COPY if from_copy else _FROM_NETWORK)]
    try:
        try:
            _pip(options)
        except ProgramFailed as failure:
            raise UvMissing(failure.output) from failure
        yield str(folder / "bin" / ("uv.exe" if sys.platform == "win32" else "uv"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pip(options: Sequence[str], total: int = 0) -> None:
    """Instala con pip y dice por dónde va.

    Args:
        options: las de `pip install`.
        total: cuántos paquetes son; 0 si no se cuenta.

    Raises:
        ProgramFailed: pip no pudo.
    """
    command = [*pip.command(), "install", "--disable-pip-version-check", "--no-input"]
    command += ["--require-hashes", *options]
    seen = 0

    def tell(line: str) -> None:
        nonlocal seen
        if total and line.startswith(("Collecting ", "Requirement already satisfied")):
            seen += 1
            rewrite(f"Paquetes: {seen} de unos {total}")

    try:
        run_logged(command, tell, _PIP_VARIABLES)
    finally:
        if total:
            end_rewriting()


def _tell_uv(line: str) -> None:
    """Por dónde va uv: solo nombra los paquetes grandes, al empezar y al acabar cada uno."""
    words = line.split()
    if words[:1] == ["Downloaded"]:
        rewrite(f"Paquetes: ya está {words[1]}")
    elif words[:1] == ["Prepared"]:
        rewrite("Paquetes: todos aquí; colocándolos")
