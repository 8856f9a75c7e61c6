"""`clase`: copias de trabajo de los cuadernos y JupyterLab.

El trabajo del estudiante es sagrado: una copia que él cambió no se vuelve a escribir nunca;
`reset` la guarda aparte antes de traer la del curso.
"""

from __future__ import annotations

import hashlib
import html
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from muelle.errors import MuelleError, NotFound, system_reason
from muelle.pace import stretched

from . import lab, welcome

RECORD = ".curso.json"
"""Qué versión del curso se entregó de cada cuaderno: nombre -> SHA-256 de lo entregado."""

ASIDE = "anteriores"
"""Carpeta de las copias apartadas por `reset`."""

SETTINGS = ".jupyter"
"""Carpeta con la configuración de JupyterLab y de los cuadernos, dentro de la de trabajo."""

START_SECONDS = 60.0
"""Lo que se espera a que JupyterLab responda."""


@dataclass(frozen=True)
class HandedOut:
    """Lo que hizo `hand_out` con cada cuaderno (nombres de archivo).

    Args:
        new: no estaba y se copió.
        updated: el curso cambió, el estudiante no: se trajo la nueva versión.
        kept: el estudiante lo cambió y el curso también: se dejó como estaba.
    """

    new: tuple[str, ...]
    updated: tuple[str, ...]
    kept: tuple[str, ...]


def hand_out(notebooks: Path, work: Path) -> HandedOut:
    """Deja en `work` una copia de cada cuaderno de `notebooks` sin pisar lo del estudiante.

    Args:
        notebooks: carpeta con los `.ipynb` del curso.
        work: carpeta de trabajo; se crea si no existe.
    """
    work.mkdir(parents=True, exist_ok=True)
    record = _read_record(work)
    new, updated, kept = [], [], []
    for source in sorted(notebooks.glob("*.ipynb")):
        name, copy = source.name, work / source.name
        course = welcome.digest(source)
        if not copy.exists():
            new.append(name)
        elif welcome.digest(copy) == course:
            record[name] = course
            continue
        elif record.get(name) in (welcome.digest(copy), _bytes_digest(copy)):
            updated.append(name)
        else:
            if record.get(name) != course:
                kept.append(name)
            continue
        _copy(source, copy)
        record[name] = course
    _write_record(work, record)
    return HandedOut(tuple(new), tuple(updated), tuple(kept))


def reset(name: str, notebooks: Path, work: Path) -> Path | None:
    """Trae de nuevo el cuaderno `name` y aparta la copia que había.

    Args:
        name: nombre del cuaderno, con o sin `.ipynb`.

    Returns:
        Dónde quedó la copia anterior, o None si no había.

    Raises:
        NotFound: el curso no tiene ese cuaderno.
    """
    source = notebooks / f"{name.removesuffix('.ipynb')}.ipynb"
    if source.parent != notebooks or not source.is_file():
        names = ", ".join(sorted(path.stem for path in notebooks.glob("*.ipynb")))
        raise NotFound(f"El curso no tiene el cuaderno «{name}»: elige uno de {names or 'ninguno'}.")
    copy = work / source.name
    aside = None
    if copy.exists():
        stamp = datetime.now().strftime("%Y-%m-%d-%H%M%S-%f")
        aside = work / ASIDE / f"{source.stem}-{stamp}.ipynb"
        aside.parent.mkdir(parents=True, exist_ok=True)
        copy.replace(aside)
    work.mkdir(parents=True, exist_ok=True)
    _copy(source, copy)
    _write_record(work, {**_read_record(work), source.name: welcome.digest(source)})
    return aside


def door(address: str, folder: Path) -> Path:
    """Una página que lleva a JupyterLab y solo lee esta persona.

    Es lo que se abre en el navegador: en su línea de órdenes la dirección, con su token, la vería cualquiera.

    Args:
        folder: donde se deja.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "abrir.html"
    page.unlink(missing_ok=True)
    opened = os.open(page, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8") as stream:
        stream.write(
            f'<!doctype html><html lang="es"><meta charset="utf-8"><title>JupyterLab</title>'
            f'<meta http-equiv="refresh" content="0;url={html.escape(address)}">'
            f'<p><a href="{html.escape(address)}">Tus cuadernos</a></p></html>\n'
        )
    return page


def opening(work: Path) -> str:
    """El cuaderno por el que se abre la clase: el último que se tocó o, si no hay ninguno, la bienvenida.

    Args:
        work: la carpeta de trabajo, con los cuadernos ya entregados.
    """
    return welcome.left_off(work, _read_record(work)) or welcome.write(work)


def open_lab(work: Path, on_ready: Callable[[str], object]) -> int:
    """Abre JupyterLab en loopback, en español y con un token de un solo uso, hasta que se cierre o Ctrl-C.

    Args:
        work: la carpeta que se ve.
        on_ready: recibe la dirección, con su token, cuando ya responde.

    Returns:
        El código de salida de JupyterLab.

    Raises:
        MuelleError: no arrancó.
    """
    port, token = _free_port(), secrets.token_urlsafe(24)
    command = [sys.executable, "-I", "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.root_dir={work}", "--ServerApp.open_browser=False"]
    command += ["--ServerApp.base_url=/"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--ServerApp.allow_root=True")
    # El token va en el entorno: en la línea de órdenes lo vería cualquiera con `ps`.
    environment = {**lab.environment(os.environ, work / SETTINGS), "JUPYTER_TOKEN": token}
    page = quote(opening(work))
    log = work / SETTINGS / "clase.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(process, port, log)
        on_ready(f"http://127.0.0.1:{port}/lab/tree/{page}?token={token}")
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + stretched(START_SECONDS)
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise MuelleError(f"JupyterLab no arrancó: lee {log} y repite la orden.")


def _free_port() -> int:
    """Un puerto libre de loopback, a ser posible el de siempre."""
    for port in (8888, 0):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise MuelleError("No queda ningún puerto libre en esta máquina: cierra programas y repite la orden.")


def _bytes_digest(path: Path) -> str:
    """Lo que apuntaban las versiones anteriores del curso: la huella del archivo entero."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _copy(source: Path, target: Path) -> None:
    """Copia entera o nada: una interrupción no deja un cuaderno a medias."""
    partial = target.with_suffix(".parcial")
    shutil.copyfile(source, partial)
    partial.replace(target)


def _read_record(work: Path) -> dict[str, str]:
    """Lo entregado; si el registro está dañado se aparta y todo cuenta como cambiado."""
    path = work / RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError):
        path.replace(path.with_suffix(".dañado"))
        return {}
    return {str(name): str(digest) for name, digest in record.items()} if isinstance(record, dict) else {}


def _write_record(work: Path, record: dict[str, str]) -> None:
    path = work / RECORD
    partial = path.with_suffix(".parcial")
    try:
        partial.write_text(json.dumps(record, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise MuelleError(
            f"No se puede escribir en {work.name}/ ({system_reason(error)}): "
            "libera espacio o cambia sus permisos."
        ) from error
