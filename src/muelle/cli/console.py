"""Lo que la línea de órdenes dice: resultados por la salida, progreso y errores por la de errores."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.text import Text
from rich.theme import Theme

_THEME = Theme({"bien": "green", "mal": "bold red", "nota": "dim", "orden": "cyan"})

out = Console(theme=_THEME, highlight=False, emoji=False)
err = Console(theme=_THEME, highlight=False, emoji=False, stderr=True)


def step(message: str) -> None:
    """Dice en qué paso estamos, para que nadie espere a ciegas."""
    err.print(f"  {message}", style="nota", markup=False, soft_wrap=True)


def done(message: str) -> None:
    """El final claro de una orden."""
    out.print(f"✓ hecho: {message}", style="bien", markup=False, soft_wrap=True)


def fail(message: str) -> None:
    """Una frase de error."""
    err.print(f"✗ {message}", style="mal", markup=False, soft_wrap=True)


@contextmanager
def working(message: str) -> Iterator[None]:
    """Un indicador en marcha mientras dura algo; sin terminal, una línea."""
    if err.is_terminal:
        with err.status(Text(message)):
            yield
    else:
        step(message)
        yield
