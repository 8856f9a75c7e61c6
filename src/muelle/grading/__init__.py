"""Corregir cuadernos de estudiantes: código de extraños, ejecutado aparte y juzgado desde fuera.

>>> from muelle.grading import grade
>>> grade(Path("entregas"), Path("informe"), workers=2)
"""

from .run import Report, Row, Step, grade

__all__ = ["Report", "Row", "Step", "grade"]
