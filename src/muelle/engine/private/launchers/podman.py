"""El servicio de Podman de este usuario, que habla la API de Docker."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from muelle.engine.install import system_path, which
from muelle.engine.private.folders import Folder
from muelle.engine.private.launcher import Kind, Launcher, Tell
from muelle.engine.private.launchers import rootless

NAME = "podman"

_ONLY_ROOT = (
    "Sin un tramo tuyo en /etc/subuid y /etc/subgid, los procesos de un contenedor solo pueden ser root; "
    "se da con `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER`."
)


def available() -> bool:
    """Si está instalado."""
    return which("podman") is not None


def lacks() -> str | None:
    """Lo que lo impide, como final de frase; None si se puede."""
    return None if available() else "falta instalar podman"


def prepare(paths: Folder, tell: Tell) -> Kind:
    """La orden para arrancarlo, con su almacén y su configuración aparte de los de este usuario."""
    if not rootless.has_ids():
        tell(_ONLY_ROOT)
    runtime = paths.exec / "xdg"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    paths.config.write_text(_containers_conf(paths), encoding="utf-8")
    command = (*_podman(paths), "system", "service", "--time=0", paths.url)
    return Kind(NAME, command, _environment(paths))


def erase(paths: Folder) -> None:
    """Borra los datos con los números de usuario de quien los creó.

    Lo que no se deje borrar lo dirá quien llama, que lo intenta otra vez sin ayuda.
    """
    if not available():
        return
    (paths.exec / "xdg").mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(OSError):
        subprocess.run(
            [*_podman(paths), "unshare", "rm", "-rf", str(paths.data)],
            env=_environment(paths),
            capture_output=True,
            check=False,
        )


def _podman(paths: Folder) -> tuple[str, ...]:
    driver = _driver()
    # Sin números de usuario propios, los archivos de una imagen pasan a ser todos de esta persona.
    ignore = (f"--storage-opt={driver}.ignore_chown_errors=true",) if not rootless.has_ids() else ()
    return (
        which("podman") or "podman",
        f"--root={paths.data}",
        f"--runroot={paths.exec / 'podman'}",
        f"--tmpdir={paths.exec / 'libpod'}",
        "--cgroup-manager=cgroupfs",
        f"--storage-driver={driver}",
        *ignore,
    )


def _environment(paths: Folder) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": system_path(),
        "XDG_RUNTIME_DIR": str(paths.exec / "xdg"),
        "XDG_DATA_HOME": str(paths.exec / "share"),
        "XDG_CACHE_HOME": str(paths.exec / "cache"),
        "CONTAINERS_CONF": str(paths.config),
    }


def _driver() -> str:
    """`overlay` sin privilegios pide un núcleo 5.13, o fuse-overlayfs con /dev/fuse; `vfs` va siempre."""
    release = tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2] if part.isdigit())
    fuse = which("fuse-overlayfs") is not None and os.access("/dev/fuse", os.R_OK | os.W_OK)
    return "overlay" if release >= (5, 13) or fuse else "vfs"


def _containers_conf(paths: Folder) -> str:
    """La configuración: crun rechaza los grupos de control mixtos; runc los admite."""
    hybrid = Path("/sys/fs/cgroup/unified").is_dir()
    runtime = 'runtime = "runc"\n' if hybrid and which("runc") else ""
    return (
        "[containers]\n"
        'default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n'
        "[engine]\n"
        f'events_logger = "file"\n{runtime}'
        "[network]\n"
        f'network_config_dir = "{paths.data}/redes"\n'
    )


LAUNCHER = Launcher(
    title="Podman",
    names=(NAME,),
    order=2,
    root=False,
    lacks=lacks,
    prepare=prepare,
    erase=erase,
    daemons=("podman",),
    helpers=("conmon", "slirp4netns", "fuse-overlayfs", "pasta", "catatonit"),
    advice="Podman: escribe `sudo apt-get install -y podman`",
)
