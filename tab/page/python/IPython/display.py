"""Enseñar cosas en la salida de una celda."""

from __future__ import annotations

from muelle_tab.cells import HTML, clear_output, display

__all__ = ["HTML", "clear_output", "display"]
