"""Lo poco de IPython que `ipywidgets` pide al importarse; aquí las celdas las ejecuta `muelle_tab.cells`."""

from __future__ import annotations


def get_ipython() -> None:
    """El IPython en marcha: ninguno."""
