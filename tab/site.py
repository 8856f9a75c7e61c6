"""Pone en una web ya construida lo que la pestaña carga: la página, la máquina y Python."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from io import BytesIO
from pathlib import Path

from muelle.base.binary import DATA
from muelle.cli.paths import ROOT
from muelle.errors import MuelleError

from . import licences, npm

PAGE = Path(__file__).parent / "page"
ENTRIES = {
    "lector": "reader/main.js",
    "maquina": "machine/worker.js",
    "python": "python/worker.js",
    "controles": "reader/controls.css",
}
"""Lo que carga la página y de dónde sale; cada programa trae al usarse los trozos que necesita."""

PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
LIBRARIES = (
    *("docker", "requests", "urllib3", "idna", "certifi", "charset-normalizer", "graphviz"),
    *("ipywidgets", "comm", "traitlets"),
)
"""Los paquetes de Python de la pestaña: los mismos, y de la misma versión, que los del curso."""

LIBRARY = "biblioteca.zip"
PACKED = (
    "maquina.js",
    "python.js",
    "maquina/v86.wasm",
    *(f"python/{name}" for name in (*PYODIDE, LIBRARY)),
)
"""Lo que va comprimido con gzip, y el service worker descomprime: en cualquier servidor pesa lo mismo."""

BINARIES = tuple(sorted(path.name for path in DATA.glob("*.xz")))
"""Los BusyBox del curso. Van aparte: la imagen base ya está en la instantánea, y solo trae uno quien la borra
o pide la de otra arquitectura."""

_MARK, _PACKED_MARK = "VERSION", "COMPRIMIDOS"


def install(site: Path, machine: Path, cache: Path, progress: Callable[[str], None]) -> None:
    """Deja la pestaña en `site/pestana/` y su service worker en la raíz.

    Todo lo pesado va en una carpeta con el nombre de su versión: lo que hay en una dirección no cambia nunca,
    y la máquina y la página que la usa son siempre de la misma.

    Args:
        site: la carpeta de la web (`html`).
        machine: la de la máquina (véase `recipe.make`).
        cache: la carpeta de la caché del curso para la pestaña.
        progress: recibe una frase por paso.

    Raises:
        MuelleError: la página no se pudo empaquetar.
    """
    modules = npm.install(cache, progress)
    progress("Empaquetando la página de la pestaña")
    contents = library()
    version = _version(machine, contents)
    folder = site / "pestana" / version
    shutil.rmtree(site / "pestana", ignore_errors=True)
    (folder / "python").mkdir(parents=True)
    for name in PYODIDE:
        shutil.copy(modules / "pyodide" / name, folder / "python" / name)
    (folder / "python/pyodide-lock.json").write_text(_lock(modules), encoding="utf-8")
    (folder / "python" / LIBRARY).write_bytes(contents)
    _compile(modules, folder / "python")
    for name in BINARIES:
        shutil.copy(DATA / name, folder / "python" / name)
    shutil.copytree(machine, folder / "maquina")
    shutil.copy(modules / "v86/build/v86.wasm", folder / "maquina/v86.wasm")
    shutil.copy(PAGE / "pestana.css", folder)
    text = licences.text(machine, modules, LIBRARIES)
    (folder / "licencias.txt").write_text(text, encoding="utf-8")
    _bundle(modules, folder)
    about = json.loads((machine / "maquina.json").read_text("utf-8"))
    about["page"] = sum(_pack(folder / name) for name in PACKED)
    (folder / "maquina/maquina.json").write_text(json.dumps(about), encoding="utf-8")
    for source, target in (("reader/loader.js", "pestana/cargador.js"), ("service.js", "servicio.js")):
        text = (PAGE / source).read_text("utf-8").replace(_MARK, version)
        text = text.replace(_PACKED_MARK, " ".join(PACKED))
        (site / target).write_text(text, encoding="utf-8")


def _version(machine: Path, library: bytes) -> str:
    """La suma de todo lo que la pestaña carga."""
    digest = hashlib.sha256((machine / "maquina.json").read_bytes() + library)
    ours = (Path(__file__), *sorted(PAGE.parent.glob("bytecode.*")), *sorted(PAGE.rglob("*")))
    for path in (npm.LOCK, *ours):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _bundle(modules: Path, folder: Path) -> None:
    """Empaqueta los programas de la página con esbuild."""
    # v86 mira si está en Node; en la página esas bibliotecas no existen, y no se piden.
    node = [f"--external:{name}" for name in ("node:*", "crypto", "perf_hooks", "fs")]
    for name, path in ENTRIES.items():
        command = [
            str(modules / ".bin/esbuild"),
            f"{name}={PAGE / path}",
            "--bundle",
            "--minify",
            "--format=esm",
        ]
        command += ["--splitting", "--target=es2022", f"--outdir={folder}", "--log-level=error"]
        command += ["--legal-comments=linked", *(node if name == "maquina" else ())]
        _run(command, modules)


def _compile(modules: Path, folder: Path) -> None:
    """Compila los módulos que Python carga al empezar; quedan en los archivos de esa carpeta."""
    program = Path(__file__).with_name("bytecode.mjs")
    _run(["node", str(program), str(modules / "pyodide"), str(folder)], modules)


def _run(command: list[str], modules: Path) -> None:
    """Ejecuta un programa de Node.

    Raises:
        MuelleError: no pudo.
    """
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=PAGE, env={"NODE_PATH": str(modules), "PATH": _path()}
    )
    if done.returncode:
        raise MuelleError(f"La página de la pestaña no se empaquetó: «{done.stderr.strip()[-400:]}».")


def _pack(path: Path) -> int:
    """Deja en lugar de un archivo el mismo, comprimido (`.gzip`); devuelve cuántos bytes pesa."""
    packed = gzip.compress(path.read_bytes(), compresslevel=9, mtime=0)
    path.with_name(f"{path.name}.gzip").write_bytes(packed)
    path.unlink()
    return len(packed)


def _path() -> str:
    from muelle.engine.install import system_path

    return system_path()


def _lock(modules: Path) -> str:
    """La lista de paquetes de Pyodide, vacía: los nuestros van en `biblioteca.zip`."""
    info = json.loads((modules / "pyodide/pyodide-lock.json").read_text("utf-8"))["info"]
    return json.dumps({"info": info, "packages": {}})


def library() -> bytes:
    """Lo que Python necesita para cualquier celda: los paquetes, `muelle`, los ejercicios y lo nuestro."""
    return _archive(
        [
            *_packages(LIBRARIES),
            *_tree(ROOT / "src/muelle", "muelle", skip=("cli", "grading", *BINARIES)),
            *_tree(ROOT / "exercises", "exercises", skip=("right", "wrong", "solution.py", "solution.txt")),
            *_tree(PAGE / "python/muelle_tab", "muelle_tab"),
            *_tree(PAGE / "python/IPython", "IPython"),
        ]
    )


def _packages(names: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
    """Los archivos de Python de unos paquetes instalados, con sus datos y sus licencias."""
    for name in names:
        for entry in distribution(name).files or ():
            path = Path(str(entry.locate()))
            wanted = path.suffix == ".py" or ".dist-info" in str(entry)
            if wanted and path.is_file() and not {"..", "tests"}.intersection(entry.parts):
                yield str(entry), path.read_bytes()


def _tree(folder: Path, name: str, skip: tuple[str, ...] = ()) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not {"__pycache__", *skip}.intersection(inside.parts):
            yield f"{name}/{inside}", path.read_bytes()


def _archive(files: list[tuple[str, bytes]]) -> bytes:
    """Un zip que con los mismos archivos sale siempre igual; sin comprimir: ya se comprime entero después."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name, content in sorted(files):
            target.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()
