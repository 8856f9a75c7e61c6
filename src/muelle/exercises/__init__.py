"""Ejercicios que saben por qué te equivocas. Solo biblioteca estándar y `docker`.

>>> from muelle import exercises
>>> exercises.check("cuantas-capas", 3, connect=muelle.connect)
"""

from __future__ import annotations

from muelle.exercises.evaluation import evaluate

from .breakdown import averia, break_down, breaks, fate, put_away
from .catalogue import Exercise, Kind, cell, get, load, root, statement
from .result import AnswerError, Diagnosis, Outcome, Result, UnsupportedError, diagnosis
from .run import again, check, check_file, hint, progress, values
from .workshop import Stored

__all__ = [
    "AnswerError",
    "Diagnosis",
    "Exercise",
    "Kind",
    "Outcome",
    "Result",
    "Stored",
    "UnsupportedError",
    "again",
    "averia",
    "break_down",
    "breaks",
    "cell",
    "check",
    "check_file",
    "diagnosis",
    "evaluate",
    "fate",
    "get",
    "hint",
    "load",
    "progress",
    "put_away",
    "root",
    "statement",
    "values",
]
