"""Revisa el JavaScript del curso con Biome: «python tools/javascript.py»; con `--arreglar`, lo corrige.

Biome es un solo programa, sin Node; se guarda en `_build/javascript` la primera vez. Sus reglas están en
`biome.json`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "tools" / "javascript.txt"
FOLDER = ROOT / "_build" / "javascript"
PROGRAM = FOLDER / "bin" / "biome"
STAMP = FOLDER / "sello"

CANNOT = 69
"""Código de salida cuando aquí no se puede tener Biome: `EX_UNAVAILABLE` de sysexits.h."""


def main(arguments: list[str]) -> int:
    """Revisa, y devuelve el código de salida."""
    if not ready() and not install():
        print(
            "No se pudo instalar Biome: hace falta Linux en x86-64 y, la primera vez, red.", file=sys.stderr
        )
        return CANNOT
    write = ["--write"] if "--arreglar" in arguments else []
    order = [str(PROGRAM), "check", "--error-on-warnings", *write]
    return subprocess.run(order, cwd=ROOT, check=False).returncode


def ready() -> bool:
    """Si ya está guardada la versión que pide `tools/javascript.txt`."""
    return PROGRAM.exists() and STAMP.exists() and STAMP.read_bytes() == LOCK.read_bytes()


def install() -> bool:
    """Guarda Biome; dice si pudo."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--no-deps", "--require-hashes"]
    order = [*pip, "--target", str(FOLDER), "-r", str(LOCK)]
    if subprocess.run(order, check=False, stdout=sys.stderr).returncode:
        return False
    STAMP.write_bytes(LOCK.read_bytes())
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
