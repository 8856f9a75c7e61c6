"""El progreso en un archivo de la carpeta de datos de la persona."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


class File:
    """El archivo del progreso: el de `MUELLE_HOME` o el de la carpeta de datos del sistema.

    Sus métodos son los de `muelle.exercises.store.Storage`; un `OSError` es que la carpeta no se deja.
    """

    def read(self) -> str | None:
        """Lo guardado, o None si no hay nada."""
        try:
            return path().read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def begin(self, text: str) -> str:
        """Guarda lo primero y lo devuelve; si otro proceso empezó a la vez, vale lo suyo."""
        file = path()
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with file.open("x", encoding="utf-8") as stream:
                stream.write(text)
        except FileExistsError:
            return file.read_text(encoding="utf-8")
        return text

    def write(self, text: str) -> None:
        """Guarda de una vez: quien lea mientras tanto ve lo viejo o lo nuevo, entero."""
        file = path()
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name(f".{file.name}.{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(file)

    def set_aside(self) -> None:
        """Aparta, con otro nombre, lo que no se entiende."""
        file = path()
        file.replace(file.with_name(f"progreso-dañado-{time.time_ns()}.json"))


def path() -> Path:
    """Dónde está el archivo: `MUELLE_HOME` o la carpeta de datos del sistema."""
    home = os.environ.get("MUELLE_HOME")
    if home:
        return Path(home) / "progreso.json"
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "muelle" / "progreso.json"
