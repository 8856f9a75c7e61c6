"""El índice del curso, `_toc.yml`: qué páginas hay y en qué orden. Todo lo demás lo pregunta aquí."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from muelle.errors import MuelleError

_NUMBERED = re.compile(r"(\d+)-(.+)")


def pages(toc: Path) -> list[str]:
    """Las páginas del libro, en el orden en que se leen, sin extensión (`book/01-arquitectura`).

    Args:
        toc: el `_toc.yml` del curso.
    """
    data = yaml.safe_load(toc.read_text(encoding="utf-8"))
    found = [data["root"]]
    for part in data.get("parts", ()):
        for entry in part["chapters"]:
            found += [entry["file"], *(section["file"] for section in entry.get("sections", ()))]
    return found


def chapters(toc: Path) -> list[str]:
    """Los capítulos numerados, en orden y sin carpeta (`01-arquitectura`)."""
    names = [Path(page).name for page in pages(toc)]
    return [name for name in names if _NUMBERED.fullmatch(name)]


def number(chapter: str) -> int:
    """El número de un capítulo (`09-parar` → 9)."""
    return int(_parts(chapter)[0])


def group(chapter: str) -> str:
    """El nombre de un capítulo sin su número (`09-parar` → `parar`)."""
    return _parts(chapter)[1]


def _parts(chapter: str) -> tuple[str, str]:
    found = _NUMBERED.fullmatch(chapter)
    if found is None:
        raise MuelleError(f"«{chapter}» no es el nombre de un capítulo: son como «09-parar».")
    return found[1], found[2]


def add(toc: Path, chapter: str) -> None:
    """Pone un capítulo en el índice, detrás del último numerado.

    Se escribe la línea y nada más: lo demás del archivo, comentarios incluidos, se queda como está.
    """
    lines = toc.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max(index for index, line in enumerate(lines) if re.search(r"file: book/\d+-", line))
    indent = lines[last].partition("-")[0]
    lines.insert(last + 1, f"{indent}- file: book/{chapter}\n")
    toc.write_text("".join(lines), encoding="utf-8")
