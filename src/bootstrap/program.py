"""Ejecutar un programa de la preparación y guardar en el registro lo que dice."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from . import place
from .said import ProgramFailed


def run_logged(
    command: Sequence[str],
    on_line: Callable[[str], None] | None = None,
    environment: Mapping[str, str] | None = None,
) -> list[str]:
    """Ejecuta `command` y devuelve las líneas que escribió.

    Args:
        command: el programa y sus argumentos.
        on_line: recibe cada línea en cuanto sale.
        environment: variables que se añaden a las de este proceso.

    Raises:
        ProgramFailed: no se pudo ejecutar, o acabó con un código distinto de 0.
    """
    variables = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **(environment or {})}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=variables,
        )
    except OSError as error:  # un disco que no deja ejecutar, o un programa de otro sistema
        raise ProgramFailed([f"ERROR: {error}"]) from error
    assert process.stdout is not None
    output = []
    try:
        for raw in process.stdout:
            line = raw.decode("utf-8", "replace").rstrip()
            output.append(line)
            if on_line:
                on_line(line)
        status = process.wait()
    except BaseException:
        process.kill()
        process.wait()
        raise
    with suppress(OSError):  # sin `.venv` todavía, o de solo lectura: es solo para quien quiera mirar
        place.LOG.write_text("\n".join(output), encoding="utf-8")
    if status:
        raise ProgramFailed(output)
    return output
