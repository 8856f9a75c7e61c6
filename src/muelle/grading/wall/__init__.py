"""La pared: un cuarto por cuaderno, con su motor de usar y tirar, que no depende del guardián."""

from .held import abandoned, hold, temporary
from .inner import enter
from .numbers import Numbers
from .plan import PROBE, Plan, make_plan
from .room import Room

__all__ = ["PROBE", "Numbers", "Plan", "Room", "abandoned", "enter", "hold", "make_plan", "temporary"]
