"""El sello de la construcción: qué lo cambia y cuándo vale."""

from __future__ import annotations

from pathlib import Path

import pytest

from muelle.cli import seal


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Un curso diminuto."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "01.md").write_text("# Uno", encoding="utf-8")
    (tmp_path / "_config.yml").write_text("title: x", encoding="utf-8")
    return tmp_path


def test_same_sources_same_seal(course: Path) -> None:
    """Sin cambios, el sello es el mismo; con otro motor u otro día, otro."""
    first = seal.of(course, "motor", "día")
    assert seal.of(course, "motor", "día") == first
    assert seal.of(course, "otro", "día") != first


@pytest.mark.parametrize(
    "path", ["book/01.md", "_config.yml", "book/02.md", "src/muelle/x.py", "exercises/a/check.py"]
)
def test_any_source_changes_the_seal(course: Path, path: str) -> None:
    """Cambiar o añadir cualquier fuente cambia el sello."""
    before = seal.of(course)
    target = course / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("otro contenido", encoding="utf-8")
    assert seal.of(course) != before


def test_seal_needs_a_whole_site(course: Path, tmp_path: Path) -> None:
    """Vale si está puesto, es ese y la web está; si falta algo, no."""
    output = tmp_path / "salida"
    (output / "html").mkdir(parents=True)
    now = seal.of(course)
    assert not seal.matches(output, now)
    seal.put(output, now)
    assert not seal.matches(output, now)
    (output / "html" / "index.html").write_text("x", encoding="utf-8")
    assert seal.matches(output, now)
    assert not seal.matches(output, seal.of(course, "otro motor"))
    seal.lift(output)
    assert not seal.matches(output, now)
