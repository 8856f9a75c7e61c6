"""El único lugar que llama a Graphviz; en una página web se da otro con `use`."""

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


_given: list[Callable[[str, str], bytes]] = []


def use(draw: Callable[[str, str], bytes] | None) -> None:
    """Da otra manera de dibujar, para donde no hay programas; None, el `dot` de esta máquina.

    Args:
        draw: de DOT y un formato (`svg` o `png`) a la imagen.
    """
    _given[:] = [] if draw is None else [draw]


def pipe(source: str, format: str) -> bytes:
    """Convierte DOT en una imagen.

    Args:
        source: el grafo en lenguaje DOT.
        format: `svg` o `png`.

    Raises:
        MissingTool: no está instalado Graphviz.
        MuelleError: Graphviz rechazó el grafo.
    """
    return (_given[0] if _given else _dot)(source, format)
