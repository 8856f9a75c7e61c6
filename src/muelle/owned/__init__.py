"""Lo que el curso crea en un motor: lleva una etiqueta, se reconoce y se quita sin tocar lo demás."""

from .build import Build, BuildFailed, build
from .cleanup import Cleaned, clean, free_name
from .marks import LABELS, Mine, Thing, mine
from .steps import Step

__all__ = [
    "LABELS",
    "Build",
    "BuildFailed",
    "Cleaned",
    "Mine",
    "Step",
    "Thing",
    "build",
    "clean",
    "free_name",
    "mine",
]
