"""`libro`: construir la web con todo ejecutado, servirla y empaquetarla."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path

import psutil
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from muelle.errors import MuelleError, system_reason
from muelle.pace import stretched

from . import paper, seal
from .console import err, step
from .paths import ROOT, shown
from .tab import run as run_tab

LOG_NAME = "registro.log"
ZIP_NAME = "arquitectura-de-docker.zip"
CACHES = ".ejecuciones"
TAB = "pestana"
"""La carpeta de la web en la que vive la pestaña."""

STOP_SECONDS = 5.0
"""Lo que se espera a que una construcción se pare sola, en una máquina tranquila."""

_STAGE = re.compile(r"^(reading sources|writing output)\.\.\. *\[ *(\d+)%\] *(.*)$")
_PROBLEM = re.compile(r"(^|: )(WARNING|ERROR|CRITICAL): |exception")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_SHARE = {"reading sources": (0, 85), "writing output": (85, 100)}


class BuildFailed(MuelleError):
    """El libro no se pudo construir: una página avisó o una celda falló."""

    exit_code = 8


def cache_for(output: Path, engine_id: str) -> Path:
    """La reserva de salidas ejecutadas con este motor, este día y esta biblioteca; las demás se borran.

    La página dice con qué motor y qué día se hicieron sus salidas: reutilizar otras sería mentir.

    Args:
        output: carpeta de construcción.
        engine_id: lo que distingue al motor (identidad y versión).
    """
    key = seal.of(ROOT, engine_id, str(date.today()), sources=seal.LIBRARY)[:16]
    folder = output / CACHES
    for old in folder.glob("*") if folder.is_dir() else ():
        if old.name != key:
            shutil.rmtree(old, ignore_errors=True)
    return folder / key


def build(
    output: Path,
    engine_id: str,
    *,
    publish: bool,
    environment: dict[str, str],
    address: str = "",
    tab: bool = False,
) -> Path:
    """Construye el libro y devuelve su primera página.

    Args:
        output: carpeta de construcción; la web queda en `output/html`.
        engine_id: véase `cache_for`.
        publish: en carpeta limpia y ejecutándolo todo, como en integración continua.
        environment: variables para la construcción y sus núcleos (con qué motor hablan).
        address: la dirección en la que se publica, para el mapa y las tarjetas; "" si no se publica.
        tab: si las celdas se pueden ejecutar en la pestaña de quien lee.

    Raises:
        BuildFailed: una frase con la página y el motivo; el registro completo queda en `output`.
    """
    _prepare(output, empty=publish)
    current = seal.of(ROOT, engine_id, str(date.today()), address, str(tab))
    if seal.matches(output, current):
        return output / "html" / "index.html"
    seal.lift(output)
    cache = cache_for(output, engine_id)
    mode = "force" if publish else "cache"
    command = [sys.executable, "-m", "muelle.cli.render", str(output), mode, str(cache), address]
    command.append("si" if tab else "no")
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**environment, "PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # Ctrl-C llega a quien da la orden, que para esto: dos veces la confunden
    )
    try:
        lines = _follow(process)
    except BaseException:
        stop(process)
        raise
    (output / LOG_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")
    if process.returncode:
        # Sin esto, la construcción siguiente daría por buenas las páginas ya leídas, con sus avisos.
        shutil.rmtree(output / ".doctrees", ignore_errors=True)
        raise BuildFailed(_reason(lines, output / LOG_NAME))
    shutil.rmtree(output / "html" / TAB, ignore_errors=True)
    if tab and run_tab("web", str(output / "html")):
        raise BuildFailed("El libro está, pero la pestaña no: la frase de arriba dice qué falta.")
    seal.put(output, current)
    return output / "html" / "index.html"


def has_tab(output: Path) -> bool:
    """Si la última web que se construyó ahí lleva la pestaña.

    Args:
        output: carpeta de construcción.
    """
    return (output / "html" / TAB).is_dir()


def _prepare(output: Path, *, empty: bool) -> None:
    """Deja lista la carpeta de construcción; con `empty`, sin nada de la construcción anterior.

    Raises:
        BuildFailed: ahí hay cosas que no puso el curso: no se tocan.
    """
    ours = {"html", ".doctrees", "jupyter_execute", CACHES, LOG_NAME, ZIP_NAME, seal.NAME, paper.NAME}
    found = {path.name for path in output.iterdir()} if output.is_dir() else set()
    if found & ours and LOG_NAME not in found and CACHES not in found:
        raise BuildFailed(f"En {output} ya hay cosas que no son del curso: elige otra carpeta con --salida.")
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BuildFailed(
            f"No se puede escribir en {output} ({system_reason(error)}): elige otra con --salida."
        ) from error
    for name in ours & found if empty else ():
        path = output / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def stop(process: subprocess.Popen[str]) -> None:
    """Para una construcción y todo lo que haya lanzado.

    No basta con avisarla: mientras ejecuta un cuaderno, quien atiende la señal es nbclient, que para el
    núcleo de ese cuaderno (`NotebookClient.async_setup_kernel`), y Sphinx puede seguir con otra página.
    """
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(stretched(STOP_SECONDS))
        return
    found = psutil.Process(process.pid)
    found.suspend()  # así no lanza nada mientras se le mira
    for each in [*found.children(recursive=True), found]:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    process.wait()


def _follow(process: subprocess.Popen[str]) -> list[str]:
    """Lee lo que dice la construcción hasta que acaba y muestra por dónde va."""
    assert process.stdout is not None
    lines = []
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task("Preparando", total=100)
        page = ""
        for raw in process.stdout:
            line = _ANSI.sub("", raw.rstrip("\n")).rsplit("\r", 1)[-1]
            lines.append(line)
            match = _STAGE.match(line)
            if not match:
                continue
            low, high = _SHARE[match[1]]
            progress.update(task, completed=low + (high - low) * int(match[2]) / 100)
            name = match[3].split("/")[-1].strip()
            if name and name != page:
                page = name
                verb = "Ejecutando" if match[1] == "reading sources" else "Escribiendo"
                progress.update(task, description=f"{verb} {page}")
                if not err.is_terminal:
                    step(f"{verb} {page}")
    process.wait()
    return lines


def _reason(lines: list[str], log: Path) -> str:
    """La frase de error: la primera página que falló y por qué."""
    problems = [line for line in lines if _PROBLEM.search(line)]
    ours = next((line for line in lines if line.startswith("✗ ")), None)
    first = next(iter(problems or lines[-1:]), "sin explicación").replace(f"{ROOT}{os.sep}", "")
    cause = f"{ours.removeprefix('✗ ')} " if ours else ""
    place = shown(log)
    return f"El libro no se construyó. {cause}Primer aviso: «{first[:300]}». El registro está en {place}."


def zip_site(site: Path) -> Path:
    """Empaqueta la web entera en un `.zip` junto a su carpeta, para repartirla en una memoria USB.

    Args:
        site: carpeta `html` ya construida.
    """
    target = site.parent / ZIP_NAME
    return Path(shutil.make_archive(str(target.with_suffix("")), "zip", root_dir=site))
