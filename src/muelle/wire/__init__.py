"""El cable: lo que se dicen cliente y demonio, y un terminal para las celdas.

Leer una conversación y mostrarla no toca el sistema; oírla (`proxy`) y ejecutar una orden (`process`), sí:
se cargan al usarlos y, donde no los haya, se dan otros con `hear_with` y `run_with`.
"""

from .command import Session, run_with, terminal
from .html import exchanges_table, terminal_block
from .needs import Ear, Ended, Order
from .record import ConnectionRecorder, Recording
from .talk import Talk, hear_with, listen

__all__ = [
    "ConnectionRecorder",
    "Ear",
    "Ended",
    "Order",
    "Recording",
    "Session",
    "Talk",
    "exchanges_table",
    "hear_with",
    "listen",
    "run_with",
    "terminal",
    "terminal_block",
]
