"""Las frases de los errores del sistema."""

import errno

from muelle.errors import system_reason


def test_system_errors_are_said_in_spanish() -> None:
    assert system_reason(FileNotFoundError(errno.ENOENT, "No such file or directory")) == "no existe"
    assert system_reason(OSError(errno.ENOSPC, "No space left on device")) == "el disco está lleno"
    assert system_reason(OSError(9999, "Unknown error 9999")) == "error 9999 del sistema"
    assert system_reason(OSError("sin número")) == "error del sistema"
