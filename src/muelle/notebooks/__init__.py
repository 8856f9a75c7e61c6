"""Los cuadernos de `notebooks/`: se derivan de `book/` y se comprueba que están al día."""

from muelle.notebooks.derivation import check, check_call, derive, exercise_of, notebook, render

__all__ = ["check", "check_call", "derive", "exercise_of", "notebook", "render"]
