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
    *("nb_execution_cache_path", "nb_execution_excludepatterns", "nb_execution_mode", "pygments_style"),
}
"""Lo que solo miran Jupyter Book, LaTeX y la reserva de lo ejecutado, o lo que manda el tema."""
ITS_BUTTONS = {
    *("launch_buttons", "path_to_docs", "repository_url", "repository_branch", "analytics"),
    *("use_edit_page_button", "use_issues_button", "extra_footer", "announcement"),
}
"""Lo del tema que el libro no enseña."""


def test_sphinx_is_told_the_same() -> None:
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    theirs, _ = get_final_config(
        user_yaml=ROOT / "_config.yml", sourcedir=ROOT, cli_config={"latex_individualpages": False}
    )
    ours = translated(config)
    assert set(theirs) - set(ours) == ITS_OWN
    assert {*theirs["extensions"]} - {*ours["extensions"]} == {"jupyter_book"}
    assert {*theirs["html_theme_options"]} - {*ours["html_theme_options"]} == ITS_BUTTONS
    ours["html_theme_options"] |= {name: theirs["html_theme_options"][name] for name in ITS_BUTTONS}
    same = set(ours) - {"extensions"}
    assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}


def test_all_the_course_needs_is_asked_but_jupyter_book() -> None:
    found = requirements(["docker>=7", "jupyter-book>=1,<2", "jupyterlab>=4"])
    assert found[:2] == ["docker>=7", "jupyterlab>=4"]
    assert {"sphinx", "myst-nb"} <= set(found)
    assert not [name for name in found if name.startswith("jupyter-book")]
