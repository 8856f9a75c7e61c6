"""Ejercicios que saben por qué te equivocas. Solo biblioteca estándar y `docker`.

>>> from muelle import exercises
>>> exercises.check("cuantas-capas", 3, connect=muelle.connect)
"""

from __future__ import annotations

from .catalogue import Exercise, Kind, cell, get, load, root, statement
from .evaluate import evaluate
from .result import AnswerError, Diagnosis, Outcome, Result, UnsupportedError, diagnosis
from .run import again, check, check_file, hint, progress, values

__all__ = [
    "AnswerError",
    "Diagnosis",
    "Exercise",
    "Kind",
    "Outcome",
    "Result",
    "UnsupportedError",
    "again",
    "cell",
    "check",
    "check_file",
    "diagnosis",
    "evaluate",
    "get",
    "hint",
    "load",
    "progress",
    "root",
    "statement",
    "values",
]
