"""`pruebas`: todo lo que comprueba la integración continua.

Van varias filas a la vez. Cada fila que usa un motor tiene el suyo, porque unas pruebas miran que las otras
no hayan dejado nada: donde no puede haber más de uno, hay una sola y sus pasos van uno detrás de otro.
Las filas con motor casi siempre esperan (a que un contenedor pare, a que algo se construya): caben más
que procesadores hay.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from muelle.engine.private.folders import home

from .console import out, step
from .lanes import Check, Lane
from .lanes import run as run_lanes
from .paths import ROOT

CHAPTERS, EXERCISES = "tests/course/test_chapters.py", "tests/course/test_exercises.py"
GRADING = ("tests/live/test_grading_live.py", "tests/live/test_grading_cli_live.py")
"""Las que corrigen clases enteras: son lo más largo de `tests/live`, y van aparte."""

BUILDERS, ORDERS = "tests/course/test_builders.py", "tests/course/test_ordenes.py"
"""Las pruebas del curso que hablan con el motor; las demás miran la web y los textos."""

OTHER_ENGINE = "docker-28-containerd"
"""El motor de `tools/motores` con el que se ejecutan además los capítulos: almacén y versión de hoy."""
OTHER_STORE = "docker-28-overlay2"
"""El de los ejercicios: la misma versión con su otro almacén."""

APART = ("corregir", "capitulos", "ejercicios")
"""Los motores privados que se arrancan además del que haya, uno por fila."""

_OWN_NETWORK = ("unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")
"""Delante de una orden, le da una red para ella sola. Cuando aparece o desaparece una interfaz, y con cada
contenedor de otra fila pasa, Chromium corta lo que estaba cargando (`ERR_NETWORK_CHANGED`)."""

SLOWEST = 25
"""Cuántas de las pruebas más lentas se dicen al final."""

_BOOK = "El libro, ejecutado entero"


def lanes(site: Path, reports: Path, apart: Mapping[str, Mapping[str, str]]) -> tuple[Lane, ...]:
    """Las filas de `pruebas`.

    Args:
        site: carpeta (vacía) en la que se construye la web que se mira con Chromium.
        reports: carpeta en la que cada paso de pytest deja lo que tardó cada prueba.
        apart: el entorno de cada motor de `APART`; vacío si no puede haberlos.
    """
    python = (sys.executable, "-m")

    def report(name: str) -> str:
        return f"--junitxml={reports / name}.xml"

    def tests(name: str, short: str, *arguments: str, after: str = "") -> Check:
        return Check(name, (*python, "pytest", "-q", report(short), *arguments), after)

    workers = str(min(4, os.cpu_count() or 1))
    others = tuple(f"--ignore={path}" for path in (CHAPTERS, EXERCISES, BUILDERS, ORDERS))
    web = tests("La web en Chromium y los textos", "web", *others, "tests/course", after=_BOOK)
    static = (
        Check("Estilo del código (ruff)", (*python, "ruff", "check", ".")),
        Check("Formato del código (ruff)", (*python, "ruff", "format", "--check", ".")),
        Check("JavaScript (Biome)", (sys.executable, "tools/javascript.py")),
        Check("Tipos (mypy)", (*python, "mypy")),
        Check("Cuadernos al día", (*python, "muelle", "cuadernos", "--comprobar")),
        tests("Pruebas sin motor", "unit", "-n", workers, "--dist=worksteal", "tests/unit"),
        replace(web, command=(*_OWN_NETWORK, *web.command)) if apart else web,
    )
    rest = tuple(f"--ignore={path}" for path in GRADING)
    live = (tests("Pruebas con un motor de verdad", "live", *rest, "tests/live"),)
    another = (sys.executable, "tools/motores/otro.py", "pruebas")
    grading = (
        tests("Corregir clases enteras", "corregir", *GRADING),
        Check(
            "Ejercicios en Docker 28 (overlay2)",
            (*another, OTHER_STORE, "-q", report(OTHER_STORE), EXERCISES),
        ),
    )
    publish = Check(_BOOK, (*python, "muelle", "libro", "--publicar", "--salida", str(site)))
    course = (publish, tests("Capítulos", "capitulos", CHAPTERS))
    practice = (tests("Ejercicios, constructores y órdenes", "ejercicios", EXERCISES, BUILDERS, ORDERS),)
    newer = (
        Check(
            "Capítulos en Docker 28 (containerd)",
            (*another, OTHER_ENGINE, "-q", report(OTHER_ENGINE), CHAPTERS, BUILDERS),
        ),
    )
    environment = {**os.environ, "MUELLE_SITIO": str(site / "html")}
    shared = (Lane(newer, environment), Lane(static, environment))
    if not apart:
        return (*shared, Lane((*course, *live, *grading, *practice), environment))
    own = zip((grading, course, practice), APART, strict=True)
    return (*shared, Lane(live, environment), *(Lane(checks, apart[name]) for checks, name in own))


def run(folder: Path) -> int:
    """Ejecuta todos los pasos, también tras un fallo, y dice al final cuáles fallaron.

    Args:
        folder: carpeta de la web que se construye para mirarla.

    Returns:
        0 si todos pasan o no se pueden hacer aquí, 1 si alguno falla.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # Así deja un guion lo que lanza con «&», y lo heredarían las pruebas: no se podrían parar.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    reports = folder.with_name(f"{folder.name}-tiempos")
    reports.mkdir(parents=True, exist_ok=True)
    for old in reports.glob("*.xml"):
        old.unlink()
    with _engines_apart() as apart:
        outcome = run_lanes(lanes(folder, reports, apart))
    out.print(_slowest(reports), markup=False, soft_wrap=True)
    for name in outcome.undone:
        out.print(f"! No se pudo hacer aquí: {name}. Arriba dice por qué.", style="mal", markup=False)
    if outcome.failed:
        failed = "; ".join(outcome.failed)
        out.print(f"✗ No pasaron: {failed}.", style="mal", markup=False)
        return 1
    out.print("✓ hecho: todas las comprobaciones pasan.", style="bien", markup=False)
    return 0


@contextmanager
def _engines_apart() -> Iterator[Mapping[str, Mapping[str, str]]]:
    """El entorno de cada motor de `APART`, que se para y se borra al acabar; nada si esta máquina no puede.

    Solo como root: sin serlo, el motor privado no es de la misma clase que el de la máquina.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        step("Solo root puede arrancar más motores: lo que usa el motor va en una fila")
        yield {}
        return
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DOCKER_", "MUELLE_"))}
    apart = {name: {**clean, "MUELLE_ENGINE": "privado", "MUELLE_HOME": f"{home()}-{name}"} for name in APART}
    started: list[dict[str, str]] = []
    try:
        for environment in apart.values():
            _engine("parar", environment)  # lo que dejara una pasada cortada no es de esta
            started.append(environment)
            if _engine("arrancar", environment):
                step("No hay más motores: lo que usa el motor va en una fila")
                apart = {}
                break
        yield apart
    finally:
        for environment in started:
            _engine("parar", environment)


def _engine(order: str, environment: dict[str, str]) -> int:
    """`motor arrancar` o `motor parar --borrar`, con ese entorno; devuelve su código."""
    return subprocess.run(
        [sys.executable, "-m", "muelle", "motor", order, *(["--borrar"] if order == "parar" else [])],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,  # otro Ctrl-C no lo deja a medias
        check=False,
    ).returncode


def _slowest(reports: Path) -> str:
    """Las pruebas más lentas de todos los pasos, de más a menos."""
    found = []
    for report in sorted(reports.glob("*.xml")):
        for case in ElementTree.parse(report).iter("testcase"):
            where = case.get("classname", "").removeprefix("tests.")
            found.append((float(case.get("time", 0)), f"{where}::{case.get('name')}"))
    found.sort(reverse=True)
    lines = [f"{seconds:7.1f} s  {name}" for seconds, name in found[:SLOWEST]]
    return "\n".join(["Las pruebas más lentas:", *lines])
