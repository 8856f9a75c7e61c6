"""Lo que vale para todas las pruebas."""

import signal

from hypothesis import settings

# Un ejemplo de más de 0,2 s, en una máquina cargada, no dice nada del código. De lo que tarda una prueba
# entera responde `timeout` (pyproject.toml).
settings.register_profile("curso", deadline=None)
settings.load_profile("curso")

# Lanzado con «&» desde un guion, este proceso no haría caso de Ctrl-C; lo heredarían las órdenes que prueba.
signal.signal(signal.SIGINT, signal.default_int_handler)
