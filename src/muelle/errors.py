"""Los errores del curso: pocos, con nombre, y cada uno dice en una frase qué pasó y qué hacer.

Un error de aquí llega entero a la persona: la línea de órdenes lo imprime y sale con `exit_code`;
en un cuaderno, IPython muestra la frase en lugar de la traza (véase `_render_traceback_`).
"""

from __future__ import annotations


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
