"""Los programas del sistema que el curso necesita: encontrarlos y, si se puede, instalarlos."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

from muelle.errors import MissingTool

_SYSTEM_FOLDERS = ("/usr/local/sbin", "/usr/sbin", "/sbin")
"""Donde viven los programas de administración, que un usuario corriente no tiene en su PATH."""

_APT_OPTIONS = ("DPkg::Lock::Timeout=120", "Acquire::Retries=0", "Acquire::http::Timeout=10")

_LISTS_GRACE = 15.0
"""Lo que se espera a los demás servidores cuando uno ya falló al traer las listas, en segundos."""

_FILES_GRACE = 0.5
"""Lo mismo con los paquetes: sin uno solo, apt no instala nada; da tiempo a leer por qué falta."""

_SILENT = "el servidor de paquetes no responde"
_STALE = "el servidor de paquetes ya no los tiene"


@dataclass(frozen=True)
class Tool:
    """Un programa y cómo se consigue.

    Args:
        names: los nombres con los que puede estar instalado.
        debian: los paquetes de Debian y Ubuntu que lo traen.
        brew, winget: cómo se llama en Homebrew y en winget; None si allí no existe.
        purpose: para qué lo quiere el curso.
        split: los paquetes que lo traen donde está aparte (Debian 13 separó `docker-cli` de `docker.io`).
        libraries: bibliotecas de Linux sin las que no sirve, como las nombra `ctypes.util.find_library`.
    """

    names: tuple[str, ...]
    debian: tuple[str, ...]
    brew: str | None
    winget: str | None
    purpose: str
    split: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


TOOLS = {
    "dot": Tool(("dot",), ("graphviz",), "graphviz", "Graphviz.Graphviz", "dibujar los diagramas"),
    "docker": Tool(
        ("docker",), ("docker.io",), "docker", "Docker.DockerDesktop", "la orden docker", ("docker-cli",)
    ),
    "dockerd": Tool(("dockerd",), ("docker.io",), None, None, "el motor de Docker"),
    "ip": Tool(("ip",), ("iproute2",), None, None, "la red del motor privado"),
    # Chrome, delante: el «chromium» de Ubuntu es un snap encerrado en su carpeta o AppArmor no lo deja abrir.
    "chromium": Tool(
        ("google-chrome", "chromium", "chromium-browser"),
        ("chromium", "libatomic1"),
        "--cask chromium",
        "Google.Chrome",
        "mirar las páginas en las pruebas y hacer el PDF",
        libraries=("atomic",),  # la pide el Node que trae Playwright, y no siempre está
    ),
    **{
        name: Tool((name,), packages, None, None, "hacer la máquina de la pestaña")
        for name, packages in {
            "node": ("nodejs",),
            "npm": ("npm",),
            "gcc": ("gcc", "libc6-dev"),
            "make": ("make",),
            "flex": ("flex",),
            "bison": ("bison",),
            "bc": ("bc",),
            "xz": ("xz-utils",),
            "dpkg-deb": ("dpkg",),
            "readelf": ("binutils",),
            "mke2fs": ("e2fsprogs",),
            "debugfs": ("e2fsprogs",),
        }.items()
    },
    "hunspell": Tool(
        ("hunspell",), ("hunspell", "hunspell-es"), "hunspell", None, "revisar la ortografía en las pruebas"
    ),
}
"""Los programas que el curso sabe pedir, por su nombre."""


def which(name: str) -> str | None:
    """La ruta de un programa de `TOOLS` (o de otro cualquiera), o None si no está o no puede funcionar."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_SYSTEM_FOLDERS])
    names = TOOLS[name].names if name in TOOLS else (name,)
    libraries = TOOLS[name].libraries if name in TOOLS and sys.platform == "linux" else ()
    if not all(find_library(each) for each in libraries):
        return None
    return next((found for found in (shutil.which(each, path=path) for each in names) if found), None)


def ensure_tool(name: str, progress: Callable[[str], None] | None = None) -> str:
    """La ruta de un programa; si falta y se puede, se instala antes.

    Args:
        name: una clave de `TOOLS`.
        progress: recibe frases mientras se instala.

    Raises:
        MissingTool: falta y no se pudo instalar; la frase da la orden que hay que escribir.
    """
    found = which(name)
    if found is None:
        tool = TOOLS[name]
        if not can_install():
            raise MissingTool(f"Falta {name} ({tool.purpose}): {hint(name)}.")
        apt_install(list(tool.debian), progress)
        found = which(name)
        if found is None and tool.split:
            apt_install(list(tool.split), progress)
            found = which(name)
    if found is None:
        raise MissingTool(
            f"Falta {name} ({TOOLS[name].purpose}) aunque su paquete está instalado: revisa tu PATH."
        )
    return found


def hint(*names: str) -> str:
    """Qué escribir para instalar esos programas en esta máquina: «escribe `…`»."""
    tools = [TOOLS[name] for name in names]
    if sys.platform == "darwin":
        words = [tool.brew for tool in tools if tool.brew]
        return f"escribe `brew install {' '.join(words)}`" if words else "no lo hay para macOS"
    if sys.platform == "win32":
        words = [tool.winget for tool in tools if tool.winget]
        return f"escribe `winget install {' '.join(words)}`" if words else "no lo hay para Windows: usa WSL 2"
    packages = " ".join(dict.fromkeys(package for tool in tools for package in tool.debian))
    if which("apt-get"):
        return f"escribe `sudo apt-get install -y {packages}`"
    return f"instálalo con el gestor de paquetes de tu sistema (en Debian se llama {packages})"


def can_install() -> bool:
    """Si se puede instalar sin más: administrador en un sistema con apt."""
    return sys.platform == "linux" and os.geteuid() == 0 and which("apt-get") is not None


def apt_install(packages: list[str], progress: Callable[[str], None] | None = None) -> None:
    """Instala paquetes de Debian. En una terminal pregunta antes.

    Raises:
        MissingTool: la persona dijo que no, o apt no pudo (sin red, por ejemplo).
    """
    order = f"sudo apt-get install -y {' '.join(packages)}"
    if not can_install():
        raise MissingTool(f"Faltan programas del sistema: escribe `{order}`.")
    if sys.stdin.isatty() and sys.stdout.isatty() and not _agreed(packages):
        raise MissingTool(f"No se instaló nada. Cuando quieras: `{order}`.")
    if progress:
        progress(f"Instalando {', '.join(packages)} con apt (puede tardar unos minutos)…")
    install = ("install", "-y", "-q", "--no-install-recommends", *packages)
    failed = _apt(install, _FILES_GRACE)
    if failed not in (None, _SILENT):  # con listas viejas o sin ellas
        lists = _apt(("update", "-q"), _LISTS_GRACE)
        failed = _apt(install, _FILES_GRACE) and (lists or failed)
    if failed is not None:
        raise MissingTool(
            f"apt no pudo instalar {', '.join(packages)}: {failed}; "
            f"comprueba la conexión y escribe `{order}`."
        )


def _apt(arguments: tuple[str, ...], grace: float) -> str | None:
    """Ejecuta una orden de apt sin preguntas; devuelve qué falló, o None si fue bien.

    Un servidor que calla cuesta un plazo por archivo: al primero que no llega (`Err:`), apt se para pronto.

    Args:
        arguments: los de `apt-get`.
        grace: segundos que se le dejan después del primer archivo que no llega.
    """
    options = [word for option in _APT_OPTIONS for word in ("-o", option)]
    process = subprocess.Popen(
        ["apt-get", *options, *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    stop = threading.Timer(grace, process.terminate)
    said: list[str] = []
    missed: int | None = None  # dónde dice el primer archivo que no llegó; la línea siguiente da el motivo
    try:
        for line in process.stdout or ():
            said += [line.strip()] if line.strip() else []
            if line.startswith("Err:") and missed is None:
                missed = len(said)
                stop.start()
        status = process.wait()
    finally:
        stop.cancel()
        if process.poll() is None:
            process.terminate()
    if missed is not None:
        return _STALE if said[missed : missed + 1] and said[missed].startswith("404") else _SILENT
    if status == 0:
        return None
    errors = [line for line in said if line.startswith("E:")]
    return f"«{(errors or said or ['sin explicación'])[-1]}»"


def _agreed(packages: list[str]) -> bool:
    answer = input(f"Hace falta instalar {', '.join(packages)} con apt. ¿Lo instalo ahora? [S/n] ")
    return answer.strip().lower() in ("", "s", "si", "sí", "y", "yes")


def system_path() -> str:
    """El PATH de esta persona más las carpetas de administración, para los demonios."""
    mine = os.environ.get("PATH", os.defpath).split(os.pathsep)
    extra = [folder for folder in _SYSTEM_FOLDERS if folder not in mine and Path(folder).is_dir()]
    return os.pathsep.join([*mine, *extra])
