"""La salida de Jupyter Book: lo que se le dice a Sphinx sin él es lo que le diría él."""

from __future__ import annotations

from pathlib import Path

import yaml
from jupyter_book.config import get_final_config

from plain_sphinx import translated
from without_jupyter_book import requirements

ROOT = Path(__file__).resolve().parents[2]

ITS_OWN = {
    *("latex_engine", "use_jupyterbook_latex", "use_multitoc_numbering", "comments_config"),
    *("nb_execution_cache_path", "nb_execution_excludepatterns", "nb_execution_mode"),
}
"""Lo que solo miran Jupyter Book, LaTeX y la reserva de lo ejecutado."""


def test_sphinx_is_told_the_same() -> None:
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    theirs, _ = get_final_config(
        user_yaml=ROOT / "_config.yml", sourcedir=ROOT, cli_config={"latex_individualpages": False}
    )
    ours = translated(config)
    assert set(theirs) - set(ours) == ITS_OWN
    assert {*theirs["extensions"]} - {*ours["extensions"]} == {"jupyter_book"}
    same = set(ours) - {"extensions"}
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}


def test_all_the_course_needs_is_asked_but_jupyter_book() -> None:
    found = requirements(["docker>=7", "jupyter-book>=1,<2", "jupyterlab>=4"])
    assert found[:2] == ["docker>=7", "jupyterlab>=4"]
    assert {"sphinx", "myst-nb"} <= set(found)
    assert not [name for name in found if name.startswith("jupyter-book")]
