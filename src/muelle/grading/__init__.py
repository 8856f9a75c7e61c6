"""Corregir cuadernos de estudiantes: código de extraños, ejecutado aparte y juzgado desde fuera.

>>> from muelle.grading import grade
>>> grade(Path("entregas"), Path("informe"), workers=2)
"""

from .report import read_roster, summary, write_moodle
from .run import Report, Row, Step, grade
from .wall import enter

__all__ = ["Report", "Row", "Step", "enter", "grade", "read_roster", "summary", "write_moodle"]
