"""El sello de la construcción: qué lo cambia y cuándo vale."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from muelle.cli import book, seal


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
    "path",
    [
        "book/01.md",
        "book/02.md",
        "site/ext/x.py",
        "site/theme/static/sitio.css",
        "_config.yml",
        "_toc.yml",
        "requirements.txt",
        "notebooks/01.ipynb",
        "src/muelle/x.py",
        "exercises/a/b/check.py",
    ],
)
def test_any_source_changes_the_seal(course: Path, path: str) -> None:
    """Cambiar, añadir o quitar cualquier fuente cambia el sello."""
    before = seal.of(course)
    target = course / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("otro contenido", encoding="utf-8")
    changed = seal.of(course)
    assert changed != before
    target.unlink()
    assert seal.of(course) != changed


@pytest.fixture
def output(course: Path, tmp_path: Path) -> Path:
    """Una web construida y sellada."""
    output = tmp_path / "salida"
    (output / "html" / "book").mkdir(parents=True)
    for name in ("index.html", "book/01.html"):
        (output / "html" / name).write_text("x", encoding="utf-8")
    seal.put(output, seal.of(course, "motor"))
    return output


def test_seal_holds_while_nothing_changes(course: Path, output: Path) -> None:
    """Vale si es ese; con otro motor, o quitado, no."""
    assert seal.matches(output, seal.of(course, "motor"))
    assert not seal.matches(output, seal.of(course, "otro motor"))
    seal.lift(output)
    assert not seal.matches(output, seal.of(course, "motor"))


def test_damaged_site_breaks_the_seal(course: Path, output: Path) -> None:
    """Si a la web le falta, le sobra o le cambia una página, hay que construirla otra vez."""
    now, page = seal.of(course, "motor"), output / "html" / "book" / "01.html"
    page.write_text("roto", encoding="utf-8")
    assert not seal.matches(output, now)
    seal.put(output, now)
    page.unlink()
    assert not seal.matches(output, now)
    seal.put(output, now)
    (output / "html" / "otra.html").write_text("x", encoding="utf-8")
    assert not seal.matches(output, now)


@pytest.fixture
def renders(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Las órdenes con las que se llama a quien construye; en vez de construir, deja un archivo."""
    calls: list[list[str]] = []

    def fake(command: list[str], **options: object) -> subprocess.Popen[str]:
        calls.append(command)
        page = Path(command[3]) / "html" / "index.html"
        program = (
            "import pathlib, sys; p = pathlib.Path(sys.argv[1]); p.parent.mkdir(exist_ok=True); p.touch()"
        )
        return popen([sys.executable, "-c", program, str(page)], **options)  # type: ignore[call-overload,no-any-return]

    popen = subprocess.Popen
    monkeypatch.setattr(book.subprocess, "Popen", fake)
    return calls


def test_unchanged_is_not_rebuilt_but_publishing_always_is(tmp_path: Path, renders: list[list[str]]) -> None:
    """Sin cambios no se repite; con otro motor u otra dirección, o al publicar, sí."""
    output = tmp_path / "salida"

    def make(engine: str = "motor", publish: bool = False, address: str = "") -> int:
        book.build(output, engine, publish=publish, environment=dict(os.environ), address=address)
        return len(renders)

    assert make() == 1
    assert make() == 1
    assert make(engine="otro") == 2
    assert make(engine="otro", address="https://ejemplo.org/") == 3
    assert make(engine="otro", address="https://ejemplo.org/", publish=True) == 4
    assert make(engine="otro", address="https://ejemplo.org/", publish=True) == 5
    (output / "html" / "index.html").unlink()
    assert make(engine="otro", address="https://ejemplo.org/") == 6
