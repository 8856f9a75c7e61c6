"""Véase `IPython`."""
