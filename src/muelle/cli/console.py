"""Lo que la línea de órdenes dice: resultados por la salida, progreso y errores por la de errores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
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


def agree(question: str) -> bool:
    """Pregunta algo que se responde con sí o no; Intro es que sí, y si no hay quien responda, que no."""
    try:
        answer = input(f"{question} [S/n] ")
    except EOFError:
        return False
    return answer.strip().lower() in ("", "s", "si", "sí", "y", "yes")


@contextmanager
def working(message: str) -> Iterator[None]:
    """Un indicador en marcha mientras dura algo; sin terminal, una línea."""
    if err.is_terminal:
        with err.status(Text(message)):
            yield
    else:
        step(message)
        yield


@contextmanager
def progress_bytes(title: str) -> Iterator[Callable[[int, int], None]]:
    """Una barra que se llena; sin terminal, una línea cada décima parte.

    Args:
        title: de qué.

    Yields:
        A quién decirle cuántos bytes van y cuántos son.
    """
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    columns = (TextColumn(f"  {title}"), BarColumn(), DownloadColumn())
    with Progress(*columns, console=err, transient=True) as bar:
        task = bar.add_task(title, total=None)
        said = 0

        def tell(there: int, total: int) -> None:
            nonlocal said
            bar.update(task, completed=there, total=total)
            tenth = 10 * there // total if total else 10
            if not err.is_terminal and tenth > said:
                said = tenth
                step(f"{title}: {there / 1e6:.0f} de {total / 1e6:.0f} MB")

        yield tell
