"""El módulo venv de Python, que en Debian y Ubuntu es un paquete aparte."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence

from . import place
from .said import SetupError, step

_LISTS_GRACE = 15.0  # segundos para los demás servidores cuando uno ya falló al traer las listas de paquetes


def ensure_venv_module() -> None:
    """Comprueba que Python sabe hacer entornos; si se puede, instala con apt lo que falta.

    Raises:
        SetupError: falta, y la frase dice qué escribir.
    """
    if importlib.util.find_spec("ensurepip") and importlib.util.find_spec("venv"):
        return
    package = f"python{place.version()}-venv"
    typed = f"apt-get install -y {package}"
    if not (shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0):
        raise SetupError(f"Falta el módulo venv de Python: instálalo con «sudo {typed}» y repite la orden.")
    if sys.stdin and sys.stdin.isatty():
        answer = input(f"Falta el paquete {package}. ¿Lo instalo con apt? [S/n] ")
        if answer.strip().lower() not in ("", "s", "si", "sí"):
            raise SetupError(f"Sin {package} no se puede seguir: instálalo y repite.")
    step(f"Instalando {package} con apt")
    apt(["update", "-q"], grace=_LISTS_GRACE)
    if apt(["install", "-y", "-q", package], grace=0):
        raise SetupError(f"apt no pudo instalar {package}: comprueba la red y escribe «{typed}».")


def apt(arguments: Sequence[str], grace: float) -> int:
    """Ejecuta una orden de apt y devuelve su código.

    Sin el plazo, un servidor que acepta y calla costaría el suyo por cada archivo.

    Args:
        arguments: la orden y sus opciones.
        grace: segundos que se le dejan desde el primer archivo que no llega.
    """
    options = ["-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=0", "-o", "Acquire::http::Timeout=10"]
    process = subprocess.Popen(
        ["apt-get", *options, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=dict(os.environ, DEBIAN_FRONTEND="noninteractive", LC_ALL="C.UTF-8"),
    )
    stop = threading.Timer(grace, process.terminate)
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith(b"Err:") and stop.ident is None:
                stop.start()
        return process.wait()
    finally:
        stop.cancel()
