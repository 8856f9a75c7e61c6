"""`dockerd` sin privilegios (rootless), dentro de RootlessKit.

Lo mismo que hace `dockerd-rootless.sh` de Docker, que no deja elegir carpetas con espacios
(docs.docker.com/engine/security/rootless/).
"""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from pathlib import Path

from muelle.engine.install import system_path, which
from muelle.engine.private import settings
from muelle.engine.private.folders import Folder
from muelle.engine.private.launcher import Kind, Launcher, Tell

NAME = "dockerd (rootless)"
NAME_WITHOUT_NETWORK = "dockerd (rootless, contenedores sin red)"

_PROGRAMS = {
    "dockerd": "docker.io",
    "rootlesskit": "rootlesskit",
    "newuidmap": "uidmap",
    "newgidmap": "uidmap",
}
_ENOUGH_IDS = 65536
_PROBE_SECONDS = 10.0

# /run de la máquina está a la vista con enlaces: el demonio necesita los suyos.
_INSIDE = 'rm -f /run/docker /run/containerd /run/xtables.lock; exec "$@"'


def lacks() -> str | None:
    """Lo que impide `dockerd` sin privilegios, como final de frase («falta…»); None si se puede."""
    missing = [package for program, package in _PROGRAMS.items() if which(program) is None]
    if missing:
        return f"falta instalar {', '.join(dict.fromkeys(missing))}"
    if not has_ids():
        return f"falta un tramo de números de usuario para «{_user()}» en /etc/subuid y /etc/subgid"
    return None if _can_be_root_inside() else "el núcleo no deja crear espacios de nombres de usuario"


def has_ids() -> bool:
    """Si esta persona tiene números de usuario y de grupo que repartir dentro de los contenedores."""
    return all(_range(Path(file), _user()) >= _ENOUGH_IDS for file in ("/etc/subuid", "/etc/subgid"))


def prepare(paths: Folder, _tell: Tell) -> Kind:
    """La orden para arrancarlo. Sin `/dev/net/tun` o sin slirp4netns no hay red para los contenedores."""
    dockerd = which("dockerd") or "dockerd"
    settings.write(paths, dockerd)
    runtime = paths.exec / "xdg"
    runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    network = which("slirp4netns") is not None and os.access("/dev/net/tun", os.R_OK | os.W_OK)
    outer = (
        ("--net=slirp4netns", "--mtu=65520", "--disable-host-loopback", "--port-driver=builtin")
        if network
        else ("--net=host",)
    )
    command = (
        _rootlesskit(),
        *outer,
        "--slirp4netns-sandbox=auto",
        "--slirp4netns-seccomp=auto",
        "--copy-up=/etc",
        "--copy-up=/run",
        "--propagation=rslave",
        f"--state-dir={paths.exec / 'rootlesskit'}",
        "sh",
        "-c",
        _INSIDE,
        "muelle",
        dockerd,
        "--rootless",
        f"--config-file={paths.config}",
        f"--data-root={paths.data}",
        f"--exec-root={paths.exec}",
        f"--host={paths.url}",
        f"--pidfile={paths.pid}",
        "--iptables=false",
        "--ip6tables=false",
        "--ip-forward=false",
        "--ip-masq=false",
        *(("--ip=127.0.0.1",) if network else ("--bridge=none",)),
    )
    environment = {**os.environ, "PATH": system_path(), "XDG_RUNTIME_DIR": str(runtime)}
    return Kind(NAME if network else NAME_WITHOUT_NETWORK, command, environment)


def erase(paths: Folder) -> None:
    """Borra los datos con los números de usuario de quien los creó.

    Lo que no se deje borrar lo dirá quien llama, que lo intenta otra vez sin ayuda.
    """
    if which("rootlesskit"):
        with suppress(OSError):
            subprocess.run([_rootlesskit(), "rm", "-rf", str(paths.data)], capture_output=True, check=False)


def _rootlesskit() -> str:
    return which("rootlesskit") or "rootlesskit"


def _user() -> str:
    import pwd  # aquí dentro: en Windows no existe, y este módulo se importa igual

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # un uid sin nombre, como los de algunos contenedores
        return str(os.getuid())


def _range(file: Path, user: str) -> int:
    """Cuántos números tiene asignados `user` (subuid(5): nombre o uid, primero, cuántos)."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    fields = [line.split(":") for line in lines]
    return max(
        (
            int(row[2])
            for row in fields
            if len(row) == 3 and row[0] in (user, str(os.getuid())) and row[2].isdigit()
        ),
        default=0,
    )


def _can_be_root_inside() -> bool:
    try:
        done = subprocess.run(
            [_rootlesskit(), "true"], capture_output=True, timeout=_PROBE_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


LAUNCHER = Launcher(
    title="dockerd sin privilegios",
    names=(NAME, NAME_WITHOUT_NETWORK),
    order=1,
    root=False,
    lacks=lacks,
    prepare=prepare,
    erase=erase,
    daemons=("dockerd", "rootlesskit"),
    helpers=("containerd", "docker-proxy", "slirp4netns"),
)
