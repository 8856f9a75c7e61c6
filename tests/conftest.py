"""Lo que vale para todas las pruebas.

Hypothesis da por mala una prueba con un ejemplo de más de 0,2 s: en una máquina cargada eso no dice nada
del código. De lo que tarda una prueba entera responde `timeout` (pyproject.toml).
"""

from hypothesis import settings

settings.register_profile("curso", deadline=None)
settings.load_profile("curso")
