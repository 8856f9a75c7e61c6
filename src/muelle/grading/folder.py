"""La carpeta de entregas: todo lo que hay en ella, copiado a un sitio nuestro antes de mirarlo.

En ella puede escribir un estudiante mientras se corrige: nada se abre dos veces ni siguiendo un enlace.
"""

from __future__ import annotations

import os
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from muelle.errors import NotFound

from .submission import MOST_BYTES

MOST_FILES = 5000
"""Archivos de una carpeta de entregas, contando lo que va en los zip."""
MOST_UNZIPPED = 1_000_000_000
"""Bytes que puede dar de sí un zip."""

NOT_A_FILE = "No es un archivo corriente, sino un enlace o algo parecido: pide el cuaderno en sí."
TOO_HEAVY = f"El archivo pesa demasiado: más de {MOST_BYTES // 10**6} MB."

_NOTEBOOK = re.compile(r"\.ipynb(\.txt|\.json)?$", re.IGNORECASE)
_JUNK = re.compile(
    r"(^|/)(\.ipynb_checkpoints|__MACOSX|\.git)/|(^|/)(\.DS_Store|Thumbs\.db|desktop\.ini|\._[^/]*)$",
    re.IGNORECASE,
)
_MOODLE = re.compile(r"^(?P<name>.+?)_\d+_assignsubmission_(?:file|onlinetext)_?(?P<rest>.*)$")
_CANVAS = re.compile(r"^(?P<name>[a-z]+)(?P<late>_late)?_\d+_\d+_.+$", re.IGNORECASE)


@dataclass(frozen=True)
class Entry:
    """Algo de la carpeta.

    Args:
        name: su ruta en ella, para leer; lo que va en un zip, detrás del nombre del zip.
        student: de quién es.
        copy: nuestra copia; None si no se pudo abrir.
        problem: por qué no se puede corregir, o "".
        ignored: si no es un cuaderno y no se miró.
        late: si el aula virtual lo marcó como tarde.
    """

    name: str
    student: str
    copy: Path | None = None
    problem: str = ""
    ignored: bool = False
    late: bool = False


def collect(submissions: Path, target: Path, output: Path) -> tuple[Entry, ...]:
    """Copia a `target` los cuadernos que haya y dice qué hay de todo lo demás.

    Args:
        submissions: la carpeta de entregas.
        target: una carpeta nuestra, vacía.
        output: la del informe, que no se mira aunque esté dentro.

    Raises:
        NotFound: si no hay carpeta o no tiene cuadernos.
    """
    if not submissions.is_dir():
        raise NotFound(f"No encuentro la carpeta de entregas «{shown(submissions.name)}».")
    entries = list(_walk(submissions, target, output.resolve()))
    if not any(not entry.ignored for entry in entries):
        raise NotFound(f"En «{shown(submissions.name)}» no hay ningún cuaderno (.ipynb).")
    return tuple(sorted(entries, key=lambda entry: entry.name))


def _walk(submissions: Path, target: Path, output: Path) -> Iterator[Entry]:
    count = 0
    for place, folders, files, descriptor in os.fwalk(submissions, follow_symlinks=False):
        folders.sort()
        inside = Path(place).relative_to(submissions)
        if Path(place).resolve() == output:
            folders.clear()
            continue
        links = [name for name in folders if _is_link(name, descriptor)]
        for name in sorted([*files, *links]):
            relative = inside / name
            count += 1
            folder_link = name in links and not _NOTEBOOK.search(name)
            if _JUNK.search(f"/{shown(relative)}") or count > MOST_FILES or folder_link:
                yield _ignored(shown(relative))
            elif _NOTEBOOK.search(name):
                yield _copied(relative, name, descriptor, target / f"{count}.ipynb")
            elif name.lower().endswith(".zip"):
                yield from _zip(relative, name, descriptor, target / f"{count}.zip")
            else:
                yield _ignored(shown(relative))


def _is_link(name: str, descriptor: int) -> bool:
    return stat.S_ISLNK(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode)


def _ignored(name: str) -> Entry:
    return Entry(name, student_of(name)[0], ignored=True)


def _copied(relative: Path, name: str, descriptor: int, target: Path) -> Entry:
    student, late = student_of(shown(relative))
    problem = _copy(name, descriptor, target)
    return Entry(shown(relative), student, None if problem else target, problem, late=late)


def _copy(name: str, descriptor: int, target: Path) -> str:
    """Copia un archivo sin seguir enlaces.

    Returns:
        Por qué no se pudo, o "".
    """
    try:
        # NONBLOCK: abrir un tubo con nombre esperaría para siempre.
        opened = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=descriptor)
    except PermissionError:
        return "No tienes permiso para leerlo."
    except OSError:
        return NOT_A_FILE
    with os.fdopen(opened, "rb") as source:
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            return NOT_A_FILE
        return _limited(source, target, MOST_UNZIPPED if name.lower().endswith(".zip") else MOST_BYTES)


def _limited(source: object, target: Path, limit: int) -> str:
    total = 0
    with target.open("wb") as copy:
        while piece := source.read(1024 * 1024):  # type: ignore[attr-defined]
            total += len(piece)
            if total > limit:
                copy.truncate(0)
                return TOO_HEAVY
            copy.write(piece)
    return ""


def _zip(relative: Path, name: str, descriptor: int, target: Path) -> Iterator[Entry]:
    """Lo que va en un zip: los nombres que trae solo sirven para leerlos."""
    whole = shown(relative)
    problem = _copy(name, descriptor, target)
    if problem:
        yield Entry(whole, student_of(whole)[0], problem=problem)
        return
    try:
        with zipfile.ZipFile(target) as archive:
            yield from _members(archive, whole, target)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError):
        yield Entry(whole, student_of(whole)[0], problem="El zip está dañado o a medias.")
    finally:
        target.unlink(missing_ok=True)


def _members(archive: zipfile.ZipFile, whole: str, target: Path) -> Iterator[Entry]:
    left, found = MOST_UNZIPPED, 0
    for number, member in enumerate(archive.infolist()[:MOST_FILES]):
        name = f"{whole}/{shown(Path(member.filename))}"
        if member.is_dir():
            continue
        if not _NOTEBOOK.search(member.filename) or _JUNK.search(f"/{member.filename}"):
            yield _ignored(name)
            continue
        found += 1
        student, late = student_of(name)
        if stat.S_ISLNK(member.external_attr >> 16):
            yield Entry(name, student, problem=NOT_A_FILE)
        elif member.flag_bits & 1:
            yield Entry(name, student, problem="El zip pide contraseña: pide el cuaderno sin ella.")
        else:
            copy = target.with_name(f"{target.stem}-{number}.ipynb")
            with archive.open(member) as source:
                problem = _limited(source, copy, min(left, MOST_BYTES))
            left -= copy.stat().st_size
            yield Entry(name, student, None if problem else copy, problem, late=late)
    if not found:
        yield Entry(whole, student_of(whole)[0], problem="El zip no lleva ningún cuaderno (.ipynb).")


def student_of(name: str) -> tuple[str, bool]:
    """De quién es una entrega, por su ruta, y si llegó tarde.

    Conoce cómo nombran lo que descargan Moodle (`Apellido Nombre_123_assignsubmission_file_`) y Canvas
    (`apellidonombre_LATE_123_456_archivo`).
    """
    parts = PurePosixPath(name).parts
    for part in parts:
        if moodle := _MOODLE.match(part):
            return moodle["name"].replace("_", " ").strip(), False
    if canvas := _CANVAS.match(parts[-1]):
        return canvas["name"], bool(canvas["late"])
    first = parts[0]
    return (first if len(parts) > 1 and not first.lower().endswith(".zip") else _stem(first)), False


def _stem(name: str) -> str:
    return re.sub(r"\.zip$", "", _NOTEBOOK.sub("", name), flags=re.IGNORECASE) or name


def shown(name: Path | str) -> str:
    """Un nombre de archivo, para leer: el de un zip de otro sistema puede no ser UTF-8."""
    return os.fsencode(name).decode(errors="replace")
