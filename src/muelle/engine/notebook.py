"""En un cuaderno, una frase en español en lugar de la traza de un error del motor."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

import docker.errors
import requests.exceptions

from muelle.faults import explain

HANDLED = (docker.errors.DockerException, requests.exceptions.RequestException)
"""Los errores que se dicen en una frase. Los nuestros ya saben hacerlo (`_render_traceback_`)."""


def install_error_handler() -> bool:
    """Pide a IPython que diga los errores del motor en una frase. Fuera de IPython no hace nada.

    Returns:
        Si hay un IPython en marcha y el aviso quedó puesto. Respeta el de otra biblioteca si ya lo había.
    """
    interactive = sys.modules.get("IPython")
    shell = interactive.get_ipython() if interactive is not None else None
    if shell is None:
        return False
    if not shell.custom_exceptions:
        shell.set_custom_exc(HANDLED, _show)
    return tuple(shell.custom_exceptions) == HANDLED


def _show(
    shell: Any,
    kind: type[BaseException],
    exc: BaseException,
    trace: TracebackType | None,
    tb_offset: int | None = None,
) -> list[str]:
    """Muestra la frase y devuelve las líneas que el núcleo manda como traza."""
    fault = explain(exc)
    if fault is None:
        shell.showtraceback((kind, exc, trace), tb_offset=tb_offset)
        return []
    lines = fault._render_traceback_()
    shell._showtraceback(kind, exc, lines)
    return lines
