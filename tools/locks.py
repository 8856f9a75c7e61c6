"""Deriva las listas de paquetes de `pyproject.toml`: `.venv/bin/python tools/locks.py [--upgrade]`.

Sin `--upgrade` cada paquete se queda en su versión, salvo que `pyproject.toml` pida otra.
Hace falta uv, que está entre lo que instala `./curso pruebas`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASE, EXTRA, INSTALLER = "requirements.txt", "requirements-pruebas.txt", "requirements-uv.txt"
SOURCES = {
    BASE: ["pyproject.toml"],
    EXTRA: ["pyproject.toml", "--extra", "pruebas", "-c", BASE],
    INSTALLER: ["--group", "uv", "-c", EXTRA],
}
HEADER = "# Lo escribe tools/locks.py a partir de pyproject.toml: no se edita.\n"
_PIN = re.compile(r"^\S+==.*$", re.MULTILINE)
"""Un paquete con su versión y cuándo hace falta: una lista puede pedirlo en menos sitios que otra."""


def without(lock: str, base: str) -> str:
    """Una lista sin lo que ya está en otra.

    Args:
        lock: su texto, con las huellas de cada paquete debajo de él.
        base: el texto de la otra.
    """
    known = set(_PIN.findall(base))
    blocks = re.split(r"^(?=\S)", lock, flags=re.MULTILINE)
    return "".join(block for block in blocks if not set(_PIN.findall(block)) & known)


def main(options: list[str]) -> None:
    """Escribe las tres listas.

    Args:
        options: las que se añaden a `uv pip compile`.
    """
    uv = [sys.executable, "-m", "uv", "pip", "compile", "-q", "--no-header"]
    uv += ["--universal", "--python-version", "3.10", "--generate-hashes"]
    for name, sources in SOURCES.items():
        subprocess.run([*uv, *options, *sources, "-o", name], cwd=ROOT, check=True)
        text = (ROOT / name).read_text(encoding="utf-8")
        if name == EXTRA:
            text = without(text, (ROOT / BASE).read_text(encoding="utf-8"))
        (ROOT / name).write_text(HEADER + text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
