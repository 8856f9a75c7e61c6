"""Los paquetes de npm de la pestaña: los que dice `package-lock.json`, y ninguno más."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from muelle.errors import MuelleError

LOCK = Path(__file__).parent / "package-lock.json"
_FILES = ("package.json", "package-lock.json", ".npmrc")


def integrity(name: str) -> str:
    """La suma anotada de un paquete: cambia si y solo si el paquete es otro."""
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    found: str = packages[f"node_modules/{name}"]["integrity"]
    return found


def install(cache: Path, progress: Callable[[str], None]) -> Path:
    """La carpeta `node_modules` con los paquetes anotados; los trae si no están.

    Args:
        cache: la carpeta de la caché del curso para la pestaña.
        progress: recibe una frase si hay que traerlos.

    Raises:
        MuelleError: npm no pudo.
    """
    key = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    folder = cache / f"npm-{key}"
    if not (folder / "completo").is_file():
        progress("Paquetes de npm")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name in _FILES:
            shutil.copy(LOCK.with_name(name), folder / name)
        # Sin los guiones de instalación de nadie: los paquetes se usan tal como se publicaron.
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if "http" not in line]
            why = " ".join(lines)[-300:] or "sin explicación"
            raise MuelleError(f"npm no pudo traer los paquetes ({why}): comprueba la red y repite.")
        (folder / "completo").touch()
    return folder / "node_modules"
