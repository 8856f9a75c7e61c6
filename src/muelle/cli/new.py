"""`nuevo`: el esqueleto de un capítulo o de un ejercicio, que pasa las pruebas y espera a que lo escriban."""

from __future__ import annotations

import json
import re
from pathlib import Path

from muelle import exercises
from muelle.errors import MuelleError

from . import contents

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SKELETONS = Path(__file__).with_name("esqueletos")
_SUFFIX = ".plantilla"
"""Lo que llevan detrás los archivos de un ejercicio por escribir: no son programas del curso."""


def chapter(name: str, root: Path) -> list[Path]:
    """Escribe un capítulo nuevo, con el número siguiente, y lo pone en el índice y en la tabla de la guía.

    Args:
        name: el nombre sin número, en minúsculas y con guiones (`redes-y-puertos`).
        root: la carpeta del curso.

    Returns:
        Los archivos escritos o cambiados.

    Raises:
        MuelleError: el nombre no sirve o ya lo tiene otro capítulo.
    """
    _check(name)
    toc = root / "_toc.yml"
    known = contents.chapters(toc)
    if name in map(contents.group, known):
        raise MuelleError(f"Ya hay un capítulo «{name}»: elige otro nombre.")
    full = f"{max(map(contents.number, known)) + 1:02d}-{name}"
    page = root / "book" / f"{full}.md"
    if page.exists():
        raise MuelleError(f"Ya existe book/{page.name}, que no está en _toc.yml: añádelo tú o quítalo.")
    page.write_text(_skeleton("capitulo.md", titulo=_title(name)), encoding="utf-8")
    contents.add(toc, full)
    guide = root / "book" / "guia-docente.md"
    text = guide.read_text(encoding="utf-8")
    row = f"{full}: La pregunta que abre la clase. | Lo que se llevan.\n"
    guide.write_text(
        re.sub(rf"^{known[-1]}: .*\n", rf"\g<0>{row}", text, flags=re.MULTILINE), encoding="utf-8"
    )
    return [page, toc, guide]


def exercise(name: str, chapter: str, root: Path) -> list[Path]:
    """Escribe un ejercicio nuevo, el último de su capítulo, y lo pone al final de la página.

    Args:
        name: el nombre, en minúsculas y con guiones; será su identificador para siempre.
        chapter: el capítulo (`09-parar`).
        root: la carpeta del curso.

    Returns:
        Los archivos escritos o cambiados.

    Raises:
        MuelleError: el nombre no sirve o ya lo tiene otro, o no existe el capítulo.
    """
    _check(name)
    page = root / "book" / f"{chapter}.md"
    if not page.is_file():
        known = ", ".join(contents.chapters(root / "_toc.yml"))
        raise MuelleError(f"No hay ningún capítulo «{chapter}»; los que hay: {known}.")
    everything = exercises.load(root / "exercises")
    if name in {each.slug for each in everything}:
        raise MuelleError(f"Ya hay un ejercicio «{name}»: elige otro nombre.")
    mine = [each for each in everything if each.chapter == chapter]
    group = mine[-1].folder.parent if mine else root / "exercises" / contents.group(chapter)
    order = max(each.order for each in mine) + 1 if mine else contents.number(chapter) * 100 + 1
    written = _write(group / name, {"order": order, "chapter": chapter, "title": _title(name)})
    starter = (group / name / "starter.py").read_text(encoding="utf-8").strip()
    text = page.read_text(encoding="utf-8").rstrip("\n")
    cell = _skeleton("celda.md", nombre=name, partida=starter)
    page.write_text(f"{text}\n\n{cell}", encoding="utf-8")
    return [*written, page]


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise MuelleError(
            f"«{name}» no sirve de nombre: usa minúsculas sin tilde, cifras y guiones (redes-y-puertos)."
        )


def _title(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _skeleton(file: str, **values: str) -> str:
    """Un esqueleto con sus huecos (`%nombre%`) rellenos."""
    text = (_SKELETONS / file).read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"%{key}%", value)
    return text


def _write(folder: Path, identity: dict[str, object]) -> list[Path]:
    """Escribe la carpeta de un ejercicio y devuelve sus archivos."""
    source = _SKELETONS / "ejercicio"
    written = []
    for path in sorted(source.rglob(f"*{_SUFFIX}")):
        text = path.read_text(encoding="utf-8")
        target = folder / path.relative_to(source).with_suffix("")
        if target.name == "exercise.json":
            text = json.dumps(identity | json.loads(text), ensure_ascii=False, indent=2) + "\n"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        written.append(target)
    return written
