"""Ninguna solución llega a quien lee: ni en el sitio construido ni en lo que se descarga de él."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sitio import built_site

from muelle import exercises

TEXT = {".html", ".js", ".json", ".md", ".txt", ".ipynb", ".py", ".xml", ".inv"}
SPACES = re.compile(r"\s+")


@pytest.fixture(scope="module")
def site() -> Path:
    return built_site()


def _published(site: Path) -> Iterator[tuple[str, str]]:
    """Cada archivo que se publica, también los que van dentro de un ZIP, y su texto sin marcas."""
    for path in sorted(site.rglob("*")):
        if path.suffix in TEXT and path.is_file():
            yield path.relative_to(site).as_posix(), _plain(path.read_text("utf-8", errors="replace"))
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    yield f"{path.name}/{name}", _plain(archive.read(name).decode(errors="replace"))


def _plain(text: str) -> str:
    """Un texto sin etiquetas, entidades, escapes ni espacios: así se encuentra el código coloreado."""
    text = html.unescape(re.sub(r"<[^<>]*>", "", text))
    return _bare(text.replace('\\"', '"').replace("\\n", "\n"))


def _bare(text: str) -> str:
    return SPACES.sub("", text)


def _telling(exercise: exercises.Exercise) -> list[str]:
    """Lo que delata una solución: sus líneas con la respuesta que no estén en lo que se da, o entera."""
    (solution,) = exercise.folder.glob("solution.*")
    given = _bare(exercise.starter + exercises.statement(exercise.slug) + exercises.cell(exercise.slug))
    lines = [_bare(line) for line in solution.read_text(encoding="utf-8").splitlines()]
    own = [line for line in lines if line not in given and len(line) > 12]
    answers = [line for line in own if line.startswith("respuesta=")]
    return answers or ["".join(lines)]


def test_no_solution_is_published(site: Path) -> None:
    telling = {exercise.slug: _telling(exercise) for exercise in exercises.load()}
    published = list(_published(site))
    assert sum(name.endswith(".html") for name, _ in published) >= 7
    found = [
        (slug, name)
        for name, text in published
        for slug, lines in telling.items()
        if any(line in text for line in lines)
    ]
    assert not found


def test_the_exercises_folder_is_not_published(site: Path) -> None:
    names = [path.relative_to(site).as_posix() for path in site.rglob("*")]
    for path in site.rglob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            names += archive.namelist()
    assert not [
        name for name in names if re.search(r"(^|/)(solution\.\w+|wrong(\.json)?|check\.py)($|/)", name)
    ]


def test_the_search_sees_code_however_it_is_published() -> None:
    """La búsqueda encuentra una línea coloreada en HTML y una guardada en un cuaderno."""
    line = 'respuesta = {"formato": False, "motor": not clasico}'
    coloured = '<span class="n">respuesta</span> <span>=</span> {<span>&quot;formato&quot;</span>: False, '
    coloured += "<span>&quot;motor&quot;</span>: not clasico}"
    assert _bare(line) in _plain(coloured)
    assert _bare(line) in _plain(json.dumps({"source": [line]}))
