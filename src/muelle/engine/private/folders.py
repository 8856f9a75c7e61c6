"""La carpeta del motor privado: qué guarda y dónde."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from muelle.errors import MuelleError, system_reason

SOCKET_BYTES = 104
"""La ruta más larga de un socket, en bytes: Linux admite 107 (unix(7)), pero containerd se para en 104."""

_LONGEST = len("/exec/containerd/containerd-debug.sock")
_PLAIN = re.compile(r"[A-Za-z0-9/._~+-]+")


@dataclass(frozen=True)
class Folder:
    """Las rutas del motor privado.

    Args:
        root: lo que dura: imágenes, contenedores, registro y notas.
        run: lo que solo vale con el motor en marcha: socket, pid y sockets internos.
    """

    root: Path
    run: Path

    @property
    def data(self) -> Path:
        """Imágenes, contenedores y volúmenes (`--data-root`)."""
        return self.root / "datos"

    @property
    def exec(self) -> Path:
        """Estado de ejecución (`--exec-root`)."""
        return self.run / "exec"

    @property
    def socket(self) -> Path:
        """El socket en el que escucha el motor; modo 0600."""
        return self.run / "docker.sock"

    @property
    def pid(self) -> Path:
        """El archivo en el que el demonio escribe su pid."""
        return self.run / "motor.pid"

    @property
    def log(self) -> Path:
        """Lo que el demonio escribe."""
        return self.root / "motor.log"

    @property
    def lock(self) -> Path:
        """El cerrojo de arrancar y parar."""
        return self.root / "motor.lock"

    @property
    def state(self) -> Path:
        """Lo que el curso anota del motor que arrancó."""
        return self.root / "motor.json"

    @property
    def config(self) -> Path:
        """La configuración del demonio (véase `settings`): la de la máquina no es para él."""
        return self.root / "daemon.json"

    @property
    def url(self) -> str:
        """La dirección, como en `DOCKER_HOST`."""
        return f"unix://{self.socket}"

    @property
    def bridge(self) -> str:
        """El puente de red, distinto en cada carpeta; 15 letras, el máximo del núcleo (IFNAMSIZ)."""
        return "muelle-" + _short_hash(self.root)


def home() -> Path:
    """La carpeta de la caché del curso: `MUELLE_HOME` o la del sistema."""
    chosen = os.environ.get("MUELLE_HOME", "").strip()
    base = Path(chosen) if chosen else Path(platformdirs.user_cache_dir("muelle", appauthor=False))
    return Path(os.path.abspath(base.expanduser()))  # noqa: PTH100 - `resolve` seguiría enlaces


def folder() -> Folder:
    """Las rutas del motor privado, sin crear nada."""
    root = home() / "motor"
    if sys.platform == "win32":  # allí no hay motor privado: solo importa el nombre
        return Folder(root=root, run=root)
    return Folder(root=root, run=root if _fits(root) else _runtime() / f"muelle-{_short_hash(root)}")


def prepare() -> Folder:
    """Crea las carpetas del motor privado, solo para este usuario (0700).

    Raises:
        MuelleError: si no se puede escribir, o la carpeta de los sockets es de otro.
    """
    paths = folder()
    if any(sign in str(paths.root) for sign in ",:\n"):
        raise MuelleError(
            f"El motor no admite comas ni dos puntos en la ruta «{paths.root}»: "
            "elige otra carpeta con MUELLE_HOME."
        )
    try:
        for path in (paths.root, paths.run):
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _check_own(path)  # antes de tocarla: si es un enlace de otro, `chmod` lo seguiría
            path.chmod(0o700)
        with tempfile.TemporaryFile(dir=paths.root):  # cada proceso, el suyo: pueden ser varios a la vez
            pass
    except OSError as exc:
        raise MuelleError(
            f"No se puede escribir en «{paths.root}» ({system_reason(exc)}): "
            "elige otra carpeta, por ejemplo con `export MUELLE_HOME=/tmp/muelle`."
        ) from exc
    _check_owner(paths.run)
    return paths


def _fits(root: Path) -> bool:
    """Si caben los sockets en la propia carpeta: por largo y por letras (el SDK no codifica las raras)."""
    return len(os.fsencode(root)) + _LONGEST <= SOCKET_BYTES and _PLAIN.fullmatch(str(root)) is not None


def _runtime() -> Path:
    """Una carpeta de ruta corta y siempre la misma; XDG_RUNTIME_DIR cambia de una sesión a otra."""
    return Path("/run") if os.geteuid() == 0 and os.access("/run", os.W_OK) else Path("/tmp")


def _check_own(path: Path) -> None:
    """Que sea una carpeta de verdad y de este usuario."""
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
        raise MuelleError(
            f"La carpeta «{path}» no es solo de tu usuario, sino de otro o un enlace: bórrala, "
            "o elige otra con MUELLE_HOME."
        )


def _check_owner(path: Path) -> None:
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) != 0o700:
        raise MuelleError(
            f"La carpeta «{path}» no es solo de tu usuario: bórrala, o elige otra con MUELLE_HOME."
        )


def _short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]
