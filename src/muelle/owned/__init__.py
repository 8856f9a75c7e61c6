"""Lo que el curso crea en un motor: lleva una etiqueta, se reconoce y se quita sin tocar lo demás."""

from .cleanup import Cleaned, clean, free_name
from .marks import LABELS, Mine, Thing, mine

__all__ = [
    "LABELS",
    "Cleaned",
    "Mine",
    "Thing",
    "clean",
    "free_name",
    "mine",
]
