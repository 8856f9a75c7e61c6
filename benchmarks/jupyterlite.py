"""Lo que tarda JupyterLite en su primer `print`, y la pestaña en su primera respuesta, en la misma ejecución.

    python benchmarks/jupyterlite.py [CARPETA] [--pestana SITIO]

CARPETA es la de una web de JupyterLite: si no existe, se hace con lo que dan pip y npm. Chromium no tiene más
red que esta máquina: lo que de serie viene de jsDelivr y de PyPI está en la misma web. SITIO es la de una web
hecha con `./curso libro --pestana`: se visitan por turnos, con un perfil vacío. Los bytes, sin comprimir.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, sync_playwright

from muelle.engine.install import which

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.tab import PATIENCE, Counter, serve, visit

VERSION = "0.8.6"
TIMES = 3
REPL = "repl/index.html?kernel=python&code=print('hola')&execute=1"
"""La más ligera de sus aplicaciones: una consola que ejecuta al abrirse el código de la dirección."""

PRINTED = '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stdout"]'
WANTED = ("micropip", "ipython", "jedi")
"""Lo que su núcleo pide a Pyodide al arrancar; `comm`, que Pyodide no tiene, lo pide a PyPI."""

ARGS = ["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]


def make(site: Path, work: Path) -> None:
    """Hace la web de JupyterLite: `work` es una carpeta vacía para lo que haga falta mientras."""
    print(f"Instalando JupyterLite {VERSION}", flush=True)
    venv.create(work / "venv", with_pip=True)
    python, pyodide = str(work / "venv/bin/python"), work / "lite/static/pyodide"
    pip = (python, "-m", "pip", "--quiet", "--disable-pip-version-check")
    _run(*pip, "install", *(f"jupyterlite-{name}=={VERSION}" for name in ("core", "pyodide-kernel")))
    version = _run(python, "-c", "from jupyterlite_pyodide_kernel.constants import *; print(PYODIDE_VERSION)")
    print(f"Trayendo Pyodide {version} y los paquetes de su Python", flush=True)
    shutil.unpack_archive(work / _run("npm", "pack", "--silent", f"pyodide@{version}", cwd=work), work)
    pyodide.parent.mkdir(parents=True)
    (work / "package").rename(pyodide)
    lock = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))
    needed = _needed(lock["packages"])
    pins = [f"{package['name']}=={package['version']}" for package in needed]
    wheels = (*pip, "download", "--no-deps", "--only-binary=:all:", "--dest")
    _run(*wheels, str(pyodide), "--python-version", lock["info"]["python"], *pins)
    _run(*wheels, str(work / "lite/pypi"), "comm")
    for package in needed:  # el archivo es el de PyPI, no el que Pyodide vuelve a empaquetar: su suma es otra
        content = (pyodide / package["file_name"]).read_bytes()
        package["sha256"] = hashlib.sha256(content).hexdigest()
    (pyodide / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    print("Haciendo la web", flush=True)
    build = (python, "-W", "ignore", "-m", "jupyterlite_core", "build", "--apps", "repl", "--no-sourcemaps")
    _run(*build, "--log-level", "ERROR", "--output-dir", str(work / "web"), cwd=work / "lite")
    shutil.move(work / "web", site)


def _run(*command: str, cwd: Path | None = None) -> str:
    """Ejecuta una orden y devuelve lo que escribe."""
    return subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def _needed(packages: dict[str, Any]) -> list[dict[str, str]]:
    """Los paquetes de `WANTED` y los que estos piden."""
    found: dict[str, dict[str, str]] = {}
    pending = list(WANTED)
    while pending:
        name = pending.pop().replace("_", "-")
        if name not in found:
            found[name] = packages[name]
            pending += packages[name]["depends"]
    return list(found.values())


@contextmanager
def browser() -> Iterator[BrowserContext]:
    """Un Chromium con un perfil vacío y sin más red que esta máquina."""
    chromium = which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as play, tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        context = play.chromium.launch_persistent_context(profile, executable_path=chromium, args=ARGS)
        time.sleep(2)  # lo que Chromium hace al arrancar no es de la primera página que abre
        yield context
        context.close()


def first_print(address: str) -> tuple[float, int]:
    """De abrir la consola de JupyterLite al `hola` que imprime su núcleo: los segundos y los bytes."""
    with browser() as context:
        page, before, started = context.new_page(), Counter.sent, time.monotonic()
        page.goto(f"{address}/{REPL}", wait_until="commit")
        page.locator(PRINTED, has_text="hola").wait_for(timeout=PATIENCE)
        return time.monotonic() - started, Counter.sent - before


def first_answer(address: str) -> tuple[float, float]:
    """La primera respuesta de la pestaña: los segundos desde que se pulsa, y desde que se abre la página."""
    with browser() as context:
        started = time.monotonic()
        _, seconds, _ = visit(context, address, accept=True)
        return seconds, time.monotonic() - started


def main(site: Path, tab: Path | None) -> None:
    """Mide y escribe la tabla."""
    lite, ours = serve(site), serve(tab) if tab else ""
    prints, answers = [], []
    for turn in range(TIMES):
        print(f"Visita {turn + 1} de {TIMES}", flush=True)
        prints.append(first_print(lite))
        if ours:
            answers.append(first_answer(ours))
    seconds, sizes = zip(*prints, strict=True)
    rows = {"primer print de JupyterLite": seconds}
    if ours:
        pressed, opened = zip(*answers, strict=True)
        rows |= {"primera respuesta de la pestaña": pressed, "lo mismo, desde que se abre": opened}
    for name, times in rows.items():
        each, ratio = " · ".join(f"{one:.1f}" for one in times), median(times) / median(seconds)
        print(f"{name:34}{median(times):.1f} s ({each}): {ratio:.2f} x JupyterLite".replace(".", ","))
    print(f"{'bytes de JupyterLite':34}{median(sizes) / 1e6:.1f} MB".replace(".", ","))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Compara la pestaña con JupyterLite.")
    parser.add_argument("site", metavar="CARPETA", nargs="?", type=Path, help="la web de JupyterLite")
    parser.add_argument("--pestana", metavar="SITIO", type=Path, help="la web con la pestaña")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        lite = given.site or Path(work, "lite-web")
        if not lite.is_dir():
            make(lite, Path(work))
        main(lite, given.pestana)
