"""Los errores del curso: pocos, con nombre, y cada uno dice en una frase qué pasó y qué hacer.

Un error de aquí llega entero a la persona: la línea de órdenes lo imprime y sale con `exit_code`;
en un cuaderno, IPython muestra la frase en lugar de la traza (véase `_render_traceback_`).
"""

from __future__ import annotations

import errno


class MuelleError(Exception):
    """Algo que la persona puede entender y remediar.

    Args:
        message: una frase en español: qué pasó y qué hacer.

    Attributes:
        exit_code: código de salida de `./curso` para este error.
    """

    exit_code = 1

    def _render_traceback_(self) -> list[str]:
        """IPython llama a este método, si existe, para no mostrar la traza."""
        return [f"✗ {self}"]


class EngineUnavailable(MuelleError):
    """No hay ningún motor de Docker que responda, o dejó de responder."""

    exit_code = 3


class EngineTimeout(EngineUnavailable):
    """El motor existe, pero no respondió a tiempo."""


class EngineDenied(EngineUnavailable):
    """El motor existe, pero este usuario no puede hablar con él."""


class MissingTool(MuelleError):
    """Falta un programa del sistema (dot, docker, chromium…)."""

    exit_code = 4


class BadArchive(MuelleError):
    """Un archivo de imagen está truncado, dañado o miente."""

    exit_code = 5


class NotFound(MuelleError):
    """La imagen, el contenedor o la capa que se pide no existe."""

    exit_code = 6


class NameTaken(MuelleError):
    """El nombre que el curso necesita es de algo que no creó el curso."""

    exit_code = 7


_SYSTEM_REASONS = {
    errno.EACCES: "no tienes permiso",
    errno.EBUSY: "está en uso",
    errno.EEXIST: "ya existe",
    errno.EIO: "el disco falla",
    errno.EISDIR: "es una carpeta",
    errno.ELOOP: "sus enlaces van en círculo",
    errno.ENAMETOOLONG: "el nombre es demasiado largo",
    errno.EMFILE: "hay demasiados archivos abiertos",
    errno.ENOENT: "no existe",
    errno.ENOEXEC: "no es un programa de esta máquina",
    errno.ENOSPC: "el disco está lleno",
    errno.ENOTDIR: "una parte de la ruta no es una carpeta",
    errno.ENOTEMPTY: "la carpeta no está vacía",
    errno.EPERM: "no tienes permiso",
    errno.EROFS: "es de solo lectura",
}


def system_reason(error: OSError) -> str:
    """Por qué el sistema no dejó leer o escribir, para ponerlo en una frase: el sistema lo dice en inglés."""
    if error.errno is None:
        return "error del sistema"
    return _SYSTEM_REASONS.get(error.errno, f"error {error.errno} del sistema")
