"""El único lugar que llama a Graphviz: quien quiera otro (en una página web, por ejemplo) lo cambia aquí."""

from __future__ import annotations

from collections.abc import Callable

import graphviz

from muelle.errors import MissingTool, MuelleError


def _dot(source: str, format: str) -> bytes:
    """Dibuja con el programa `dot` instalado en la máquina."""
    try:
        drawn: bytes = graphviz.Source(source, engine="dot").pipe(format=format, quiet=True)
    except graphviz.ExecutableNotFound:
        raise MissingTool(
            "Falta el programa «dot» de Graphviz, que dibuja los diagramas: instala el paquete «graphviz» "
            "(en Debian y Ubuntu: sudo apt install graphviz; en macOS: brew install graphviz; "
            "en Windows: winget install graphviz) y repite."
        ) from None
    except (graphviz.CalledProcessError, BrokenPipeError):  # también si `dot` se cae a media lectura
        raise MuelleError(
            "Graphviz no ha podido dibujar el diagrama: léelo en su texto alternativo y avisa del defecto."
        ) from None
    return drawn


# Se sustituye entero: `render.draw = otra_función`.
draw: Callable[[str, str], bytes] = _dot


def pipe(source: str, format: str) -> bytes:
    """Convierte DOT en una imagen.

    Args:
        source: el grafo en lenguaje DOT.
        format: `svg` o `png`.

    Raises:
        MissingTool: no está instalado Graphviz.
        MuelleError: Graphviz rechazó el grafo.
    """
    return draw(source, format)
