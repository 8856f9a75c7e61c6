"""Un registro de imágenes de verdad, en un contenedor, y el modo de pedir que se suba o se baje de él."""

from muelle.distribution.server import Registry, start
from muelle.distribution.travel import TravelFailed, pull, push

__all__ = ["Registry", "TravelFailed", "pull", "push", "start"]
