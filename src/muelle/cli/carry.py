"""`llevar`: en una carpeta, todo lo que necesita una sala sin red."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from muelle.errors import MuelleError, system_reason

from .book import TAB
from .paths import ROOT
from .targets import TARGETS, choose
from .wheels import bring, listing

COURSE = "arquitectura-de-docker"
PACKAGES = "paquetes"
SITE = "web"
INDEX = f"{PACKAGES}/indice.json"
_BEFORE = f"{PACKAGES}/indice.anterior"
_README_NAME = "LEEME.txt"
_LOCKS = ("requirements.txt", "requirements-uv.txt")
_NOT_CARRIED = {".git", ".venv", "_build", "trabajo", "informe", PACKAGES, "__pycache__", ".curso.cerrojo"}

README = """\
Arquitectura de Docker: el curso entero, para una sala sin red.

1. Copia la carpeta «{course}» al ordenador, donde quieras.
2. Abre un terminal en ella y escribe:

       python3 curso diagnostico     (en Windows: py curso diagnostico)

   La primera vez instala lo que necesita de la carpeta «{packages}», sin red.
   Si la copia se cortó, lo dice: cópiala otra vez.
3. Para trabajar: python3 curso clase

Hace falta Python {first} a {last} (en Debian y Ubuntu, con su paquete python3-venv) y un motor de Docker.
Sirve para {platforms}.

Para leer sin instalar nada, abre «{site}/index.html» con un navegador.
"""

WITH_TAB = """
Para ejecutar las celdas sin Docker, con un motor que funciona en la pestaña: abre un terminal en «{site}»,
escribe «python3 -m http.server» (en Windows: py -m http.server) y ve a http://localhost:8000 con Chromium
o Firefox.
"""


def course_files(root: Path) -> list[str]:
    """Los archivos del curso, con lo que se haya cambiado o añadido y sin lo que se deriva.

    Args:
        root: la carpeta del curso.
    """
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    if (root / ".git").exists() and shutil.which("git"):
        listed = subprocess.run(command, capture_output=True, check=False)
        if listed.returncode == 0:
            names = listed.stdout.decode("utf-8", "surrogateescape").split("\0")
            return sorted({name for name in names if name and (root / name).is_file()})
    return sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and not _NOT_CARRIED & set(path.relative_to(root).parts)
    )


def carry(folder: Path, site: Path, say: Callable[[str], object], tell: Callable[[int, int], object]) -> int:
    """Llena la carpeta. Lo que ya está bien no se repite: si se interrumpe, otra vez sigue donde estaba.

    Args:
        folder: la de la memoria USB; se crea si no existe.
        site: la web construida.
        say: recibe frases con cada paso.
        tell: recibe los bytes de paquetes que ya están y los que son en total.

    Returns:
        Cuántos bytes ocupa.

    Raises:
        MuelleError: no se pudo traer o copiar algo, o ahí hay cosas que no son del curso.
    """
    course = folder / COURSE
    if not (course / PACKAGES).exists():
        for path in (course, folder / SITE, folder / _README_NAME):
            if path.exists():
                raise MuelleError(f"«{path}» ya existe y no lo hizo esta orden: elige otra carpeta.")
    try:
        (course / PACKAGES).mkdir(parents=True, exist_ok=True)
        before = _lift_index(course)
        lock = listing(ROOT / name for name in _LOCKS)
        wheels, missing = choose(lock, TARGETS)
        for each in missing:
            say(f"Aviso: de {each} no hay archivo; allí hará falta red")
        say(f"Paquetes: {len(wheels)} archivos para {len(TARGETS)} combinaciones de sistema y Python")
        known = "".join((ROOT / name).read_text(encoding="utf-8") for name in _LOCKS)
        bring(wheels.values(), course / PACKAGES, known, tell)
        say("Copiando el curso y la web")
        names = course_files(ROOT)
        _copy(ROOT, course, names)
        shutil.rmtree(folder / SITE, ignore_errors=True)
        shutil.copytree(site, folder / SITE)
        (folder / _README_NAME).write_text(
            _readme(tab=(site / TAB).is_dir()), encoding="utf-8", newline="\r\n"
        )
        files = {name: (course / name).stat().st_size for name in names}
        files.update({f"{PACKAGES}/{wheel.name}": wheel.size for wheel in wheels.values()})
        for name in before - set(files):
            (course / name).unlink(missing_ok=True)
        (course / INDEX).write_text(json.dumps({"archivos": files}, indent=0), encoding="utf-8")
        (course / _BEFORE).unlink(missing_ok=True)
    except OSError as error:
        raise MuelleError(
            f"No se puede escribir en {error.filename2 or error.filename or folder} "
            f"({system_reason(error)}): libera espacio o elige otra carpeta."
        ) from error
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _readme(*, tab: bool) -> str:
    versions = sorted({target.python for target in TARGETS})
    first, last = (".".join(map(str, version)) for version in (versions[0], versions[-1]))
    names = list(dict.fromkeys(target.platform.name for target in TARGETS))
    platforms = f"{', '.join(names[:-1])} y {names[-1]}"
    return (README + WITH_TAB * tab).format(
        course=COURSE, packages=PACKAGES, site=SITE, first=first, last=last, platforms=platforms
    )


def _copy(source: Path, target: Path, names: Iterable[str]) -> None:
    for name in names:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, target / name)


def _lift_index(course: Path) -> set[str]:
    """Aparta el índice, porque hasta el final la copia está a medias, y devuelve qué archivos decía que hay.

    Con eso se quita lo que esta versión del curso ya no tiene, y nada que pusiera una persona.
    """
    if (course / INDEX).is_file():
        (course / INDEX).replace(course / _BEFORE)
    try:
        return set(json.loads((course / _BEFORE).read_text(encoding="utf-8"))["archivos"])
    except (OSError, ValueError, KeyError, TypeError):
        return set()
