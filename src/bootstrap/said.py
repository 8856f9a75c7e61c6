"""Lo que la preparación dice: los pasos, y una frase para cada cosa que puede salir mal."""

from __future__ import annotations

import errno
import sys
from collections.abc import Sequence
from pathlib import Path

from . import place

_NETWORK_SIGNS = (
    "Connection",
    "connection",
    "Temporary failure",
    "timed out",
    "Could not fetch",
    "ProxyError",
)
_READ_ONLY = "No se puede escribir en la carpeta del curso: cópiala a una carpeta tuya y repite la orden."


class SetupError(Exception):
    """La preparación no puede seguir; el mensaje dice qué pasó y qué hacer."""


class ProgramFailed(Exception):
    """Un programa de la preparación acabó mal.

    Attributes:
        output: las líneas que escribió.
    """

    def __init__(self, output: Sequence[str]) -> None:
        super().__init__("\n".join(output[-1:]))
        self.output = tuple(output)

    def disk_is_full(self) -> bool:
        """Si falló por falta de sitio."""
        text = "\n".join(self.output)
        return "No space left" in text or "os error 28" in text or "os error 112" in text

    def lacks_network(self) -> bool:
        """Si falló porque no llegó a un servidor."""
        text = "\n".join(self.output)
        return any(sign in text for sign in _NETWORK_SIGNS)

    def sentence(self, purpose: str) -> str:
        """Qué decir.

        Args:
            purpose: qué se hacía, en infinitivo.
        """
        text = "\n".join(self.output)
        if self.disk_is_full():
            return f"El disco está lleno y no se pudo {purpose}: libera espacio y repite la orden."
        if "Read-only file system" in text or "Permission denied" in text:
            return _READ_ONLY
        if self.lacks_network():
            return f"No se pudo {purpose} porque no hay red: conéctate una vez y repite la orden."
        errors = [line for line in self.output if line.startswith("ERROR")] or list(self.output[-1:])
        detail = errors[-1] if errors else "sin explicación"
        return f"No se pudo {purpose} («{detail[:200]}»): el registro está en .venv/{place.LOG.name}."


def explain(error: OSError) -> str:
    """Una frase para un error del sistema."""
    if error.errno == errno.ENOSPC:
        return "El disco está lleno: libera espacio y repite la orden."
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return _READ_ONLY
    if error.errno == errno.ENOENT:
        return f"Falta {Path(error.filename or 'un archivo').name}: vuelve a clonar el repositorio."
    return f"El sistema respondió «{error.strerror}» durante la preparación: repite la orden."


def step(message: str) -> None:
    """Un paso, en su línea."""
    print(f"  {message}", file=sys.stderr, flush=True)


def rewrite(message: str) -> None:
    """Un paso que se reescribe en su línea; sin terminal, no se dice."""
    if sys.stderr is not None and sys.stderr.isatty():
        print(f"\r  {message:<70}", end="", file=sys.stderr, flush=True)


def end_rewriting() -> None:
    """Deja la línea que se reescribía y pasa a la siguiente."""
    if sys.stderr is not None and sys.stderr.isatty():
        print(file=sys.stderr)
