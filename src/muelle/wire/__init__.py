"""El cable: un proxy que graba lo que se dicen cliente y demonio, y un terminal para las celdas."""

from .html import exchanges_table, terminal_block
from .talk import Talk, listen
from .terminal import Session, terminal

__all__ = ["Session", "Talk", "exchanges_table", "listen", "terminal", "terminal_block"]
