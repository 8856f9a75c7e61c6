"""Los cuadernos derivados: Markdown corriente, identificadores estables, sin salidas ni soluciones."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from muelle import exercises, notebooks
from muelle.errors import MuelleError, NotFound
from muelle.notebooks.derivation import FIRST_CELL
from muelle.notebooks.plain import plain

HEADER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

"""

CHAPTER = (
    HEADER
    + """\
# Título

Una frase con un {term}`demonio <daemon>` y un [enlace](02-la-conversacion.md#ps).

```{code-cell} ipython3
:tags: [hide-input, otra]
1 + 1
```

```{ejercicio} cuantas-capas
```

```{code-cell} ipython3
:tags: [ejercicio]
respuesta = ...
muelle.check("cuantas-capas", respuesta)
```
"""
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "01-algo.md").write_text(CHAPTER, encoding="utf-8")
    (folder / "glosario.md").write_text("# Sin código\n", encoding="utf-8")
    return folder


def _cells(path: Path) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return cells


def test_only_chapters_with_code_become_notebooks(book: Path, tmp_path: Path) -> None:
    assert [path.name for path in notebooks.derive(book, tmp_path / "nb")] == ["01-algo.ipynb"]


def test_valid_without_outputs_and_beginning_with_the_engine(book: Path, tmp_path: Path) -> None:
    (path,) = notebooks.derive(book, tmp_path / "nb")
    nbformat.validate(nbformat.read(path, as_version=4))
    first, *rest = _cells(path)
    assert "engine.connection()" in "".join(first["source"])
    code = [cell for cell in rest if cell["cell_type"] == "code"]
    assert [cell["outputs"] for cell in code] == [[], []]
    assert code[0]["metadata"] == {"tags": ["hide-input"]}
    assert code[1]["metadata"] == {"tags": ["ejercicio"], "muelle": {"ejercicio": "cuantas-capas"}}
    assert code[1]["id"] == "ejercicio-cuantas-capas"


def test_editing_one_cell_leaves_the_other_ids(book: Path, tmp_path: Path) -> None:
    (path,) = notebooks.derive(book, tmp_path / "nb")
    before = [cell["id"] for cell in _cells(path)]
    changed = CHAPTER.replace("1 + 1", "1 + 2")
    (book / "01-algo.md").write_text(changed, encoding="utf-8")
    notebooks.derive(book, tmp_path / "nb")
    after = [cell["id"] for cell in _cells(path)]
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_a_new_paragraph_leaves_the_other_ids(book: Path, tmp_path: Path) -> None:
    (path,) = notebooks.derive(book, tmp_path / "nb")
    before, text = [cell["id"] for cell in _cells(path)], path.read_text(encoding="utf-8")
    notebooks.derive(book, tmp_path / "otra")
    assert (tmp_path / "otra" / path.name).read_text(encoding="utf-8") == text
    changed = CHAPTER.replace("```{ejercicio} cuantas-capas", "Otro párrafo.\n\n```{ejercicio} cuantas-capas")
    (book / "01-algo.md").write_text(changed, encoding="utf-8")
    notebooks.derive(book, tmp_path / "nb")
    after = [cell["id"] for cell in _cells(path)]
    assert len(before) == len(set(before)) == len(after)
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_check_names_the_command_that_mends(book: Path, tmp_path: Path) -> None:
    target = tmp_path / "nb"
    notebooks.derive(book, target)
    notebooks.check(book, target)
    (target / "viejo.ipynb").write_text("{}", encoding="utf-8")
    (target / "01-algo.ipynb").write_text("{}", encoding="utf-8")
    with pytest.raises(MuelleError, match=r"01-algo\.ipynb, viejo\.ipynb.*\./curso cuadernos"):
        notebooks.check(book, target)
    notebooks.derive(book, target)
    notebooks.check(book, target)
    assert not (target / "viejo.ipynb").exists()


def test_deriving_again_does_not_touch_the_file(book: Path, tmp_path: Path) -> None:
    (path,) = notebooks.derive(book, tmp_path / "nb")
    before = path.stat().st_mtime_ns
    notebooks.derive(book, tmp_path / "nb")
    assert path.stat().st_mtime_ns == before


def test_a_chapter_that_cannot_be_read_is_named(book: Path, tmp_path: Path) -> None:
    broken = HEADER + "```{code-cell} ipython3\n---\ntags: [\n---\n1\n```\n"
    (book / "01-algo.md").write_text(broken, encoding="utf-8")
    with pytest.raises(MuelleError, match="01-algo"):
        notebooks.derive(book, tmp_path / "nb")


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        ("Un {term}`demonio <daemon>`.", "Un demonio."),
        ("{afirmacion}`Con <missing> vale <id-1>`.", r"Con \<missing> vale."),
        (
            "{afirmacion}``Con `-v` y `<none>`, <missing> <id-1>``; y `más`.",
            r"Con `-v` y `<none>`, \<missing>; y `más`.",
        ),
        ("[ver](03-que-es-una-imagen.md#capas)", "[ver](03-que-es-una-imagen.ipynb#capas)"),
        ("(etiqueta)=\n# Título", "# Título"),
        ("```text\n{term}`no <tocar>`\n```", "```text\n{term}`no <tocar>`\n```"),
        ("```{note}\nOjo.\n```", "> **Nota**\n>\n> Ojo."),
        (":::{warning} Con título\n:class: x\n\nOjo.\n:::", "> **Cuidado**\n>\n> Con título\n> Ojo."),
        ("````{tip}\n```{note}\ndentro\n```\n````", "> **Truco**\n>\n> > **Nota**\n> >\n> > dentro"),
        (
            "```{prediccion}\n¿Cuántas?\n\n---\n\nDos.\n```",
            "> **Predice**\n>\n> ¿Cuántas?\n\n"
            "<details><summary>Compara con tu predicción</summary>\n\nDos.\n\n</details>",
        ),
        (
            "```{orden}\n:parte:\ndocker ps\n\n---\n\nSin más.\n```",
            "<details><summary>Con la orden docker</summary>\n\n```sh\ndocker ps\n```\n\n"
            "Sin más.\n\n</details>",
        ),
        (
            "```{apunte} Original\n<caja>\n```",
            "<details><summary>Original</summary>\n<pre>\n&lt;caja&gt;\n</pre>\n</details>",
        ),
        (
            "```{ficha}\nobjetivos:\n  - Ver.\ntiempo: 20\n```",
            "> **En este capítulo**\n>\n> Objetivos:\n>\n> - Ver.\n>\n> Tiempo: 20 minutos",
        ),
        (
            ":::{list-table}\n:header-rows: 1\n\n* - a\n  - b\n* - uno\n    más\n  - c|d\n:::",
            "| a | b |\n| --- | --- |\n| uno más | c\\|d |",
        ),
    ],
)
def test_myst_becomes_plain_markdown(myst: str, markdown: str) -> None:
    assert plain(myst).strip() == markdown


def test_an_exercise_becomes_its_statement() -> None:
    text = plain("```{ejercicio} cuantas-capas\n```")
    assert "¿Cuántas capas nuevas?" in text
    assert "¿Cuántas capas **nuevas**" in text
    with pytest.raises(NotFound):
        plain("```{ejercicio} no-existe\n```")


def test_the_call_that_checks_is_found_by_its_syntax() -> None:
    assert notebooks.exercise_of('x = 1\nmuelle.check("a-b", x)') == "a-b"
    assert notebooks.exercise_of('# muelle.check("a-b", x)') == ""
    assert notebooks.exercise_of("muelle.check(") == ""


ROOT = Path(__file__).parents[2]


def test_no_solution_in_the_real_notebooks() -> None:
    """Ninguna línea propia de una solución aparece en un cuaderno de verdad."""
    rendered = "\n".join(notebooks.render(ROOT / "book").values())
    assert rendered
    for exercise in exercises.load():
        (solution,) = exercise.folder.glob("solution.*")
        given = exercise.starter + exercises.statement(exercise.slug)
        lines = {line.strip() for line in solution.read_text(encoding="utf-8").splitlines()}
        telling = [line for line in lines if len(line) > 30 and line not in given]
        assert not [line for line in telling if json.dumps(line, ensure_ascii=False)[1:-1] in rendered], (
            exercise.slug
        )


def test_no_myst_is_left_in_the_real_notebooks() -> None:
    """JupyterLab enseñaría un papel o una directiva tal como se escriben."""
    left = [
        f"{path.name}: {found}"
        for path in sorted((ROOT / "notebooks").glob("*.ipynb"))
        for cell in json.loads(path.read_text("utf-8"))["cells"]
        if cell["cell_type"] == "markdown"
        for found in re.findall(
            r"^.*(?:\{[a-z][\w:-]*\}`|^(?:`{3,}|:{3,})\{).*$", "".join(cell["source"]), re.MULTILINE
        )
    ]
    assert not left, "\n".join(left)


def test_the_real_notebooks_open_and_keep_their_ids() -> None:
    """Los de verdad son válidos, se derivan igual dos veces y ningún identificador se repite o cambia."""
    rendered = notebooks.render(ROOT / "book")
    assert notebooks.render(ROOT / "book") == rendered
    assert len(rendered) >= 7
    for path in sorted((ROOT / "book").glob("*.md")):
        if f"{path.stem}.ipynb" not in rendered:
            continue
        found = nbformat.reads(rendered[f"{path.stem}.ipynb"], as_version=4)
        nbformat.validate(found)
        ids = [cell["id"] for cell in found.cells]
        assert len(ids) == len(set(ids)), path.name
        text = path.read_text(encoding="utf-8")
        head, mark, rest = text.partition("\n```{code-cell}")
        longer = notebooks.notebook(f"{head}\nUn párrafo más.\n{mark}{rest}", path.stem)
        new = [cell["id"] for cell in longer["cells"]]
        assert sum(old != now for old, now in zip(ids, new, strict=True)) == 1, path.name


def test_exercise_cells_in_the_chapters_are_the_shipped_ones() -> None:
    """La celda bajo cada ejercicio es la que da `exercises.cell`, y está en su capítulo."""
    seen = set()
    for path in sorted((ROOT / "book").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        for exercise in exercises.load():
            if f"```{{ejercicio}} {exercise.slug}\n" in text:
                assert path.stem == exercise.chapter
                seen.add(exercise.slug)
                assert exercises.cell(exercise.slug) in text, exercise.slug
    assert seen == {exercise.slug for exercise in exercises.load()}


@pytest.mark.parametrize("lost", [False, True])
def test_the_first_cell_says_in_one_sentence_what_is_missing(tmp_path: Path, lost: bool) -> None:
    """Sin motor o sin la biblioteca del curso: una frase con lo que hay que hacer, y ninguna traza."""
    code = (
        "import sys\n"
        f"if {lost}: sys.modules['muelle'] = None\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        f"InteractiveShell.instance().run_cell({FIRST_CELL!r})\n"
    )
    environment = {**os.environ, "DOCKER_HOST": f"unix://{tmp_path}/nadie.sock", "IPYTHONDIR": str(tmp_path)}
    environment.pop("MUELLE_ENGINE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    shown = (done.stdout + done.stderr).strip()
    assert shown.startswith("✗ ")
    assert len(shown.splitlines()) == 1, shown
    assert ("./curso clase" if lost else "nadie.sock") in shown
