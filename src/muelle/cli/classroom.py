"""`clase`: copias de trabajo de los cuadernos y JupyterLab.

El trabajo del estudiante es sagrado: una copia que él cambió no se vuelve a escribir nunca;
`reset` la guarda aparte antes de traer la del curso.
"""

from __future__ import annotations

import hashlib
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

from muelle.errors import MuelleError, NotFound, system_reason

RECORD = ".curso.json"
"""Qué versión del curso se entregó de cada cuaderno: nombre -> SHA-256 de lo entregado."""

ASIDE = "anteriores"
"""Carpeta de las copias apartadas por `reset`."""

START_SECONDS = 60.0
"""Lo que se espera a que JupyterLab responda."""

LAB_SETTINGS = {
    "@jupyterlab/translation-extension:plugin": {"locale": "es_ES"},
    "@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Jupytext Notebook"}},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
}
"""Los ajustes de partida de JupyterLab; los que cambie la persona mandan."""


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
        course = _digest(source)
        if not copy.exists():
            new.append(name)
        elif _digest(copy) == course:
            record[name] = course
            continue
        elif record.get(name) == _digest(copy):
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
    _write_record(work, {**_read_record(work), source.name: _digest(source)})
    return aside


def open_lab(work: Path, log: Path, on_ready: Callable[[str], object]) -> int:
    """Abre JupyterLab en loopback, en español y con un token de un solo uso, hasta que se cierre o Ctrl-C.

    Args:
        work: la carpeta que se ve.
        log: dónde va lo que JupyterLab cuenta de sí mismo.
        on_ready: recibe la dirección, con su token, cuando ya responde.

    Returns:
        El código de salida de JupyterLab.

    Raises:
        MuelleError: no arrancó.
    """
    _write_lab_settings()
    port, token = _free_port(), secrets.token_urlsafe(24)
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command += [f"--ServerApp.root_dir={work}", "--ServerApp.open_browser=False"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--ServerApp.allow_root=True")
    # El token va en el entorno: en la línea de órdenes lo vería cualquiera con `ps`.
    environment = dict(os.environ, JUPYTER_TOKEN=token)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_until_ready(process, port, log)
        on_ready(f"http://127.0.0.1:{port}/lab?token={token}")
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        process.terminate()
        process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
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


def _write_lab_settings() -> None:
    """JupyterLab de este `.venv` en español, sin avisos ni consultas a Internet."""
    folder = Path(sys.prefix) / "share" / "jupyter" / "lab" / "settings"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "overrides.json").write_text(json.dumps(LAB_SETTINGS, indent=1) + "\n", encoding="utf-8")


def _digest(path: Path) -> str:
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
