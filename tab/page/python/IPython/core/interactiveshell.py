"""Véase `IPython`."""

from __future__ import annotations


class InteractiveShell:
    """El intérprete de IPython, que aquí no existe: nunca está en marcha."""

    @classmethod
    def initialized(cls) -> bool:
        """Si hay uno en marcha."""
        return False
