"""Lo que un motor privado tiene o deja en la máquina: procesos, montajes, puentes y archivos."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import docker
import docker.errors
import psutil
import requests.exceptions

from muelle.engine.endpoint import Endpoint
from muelle.engine.private import launchers, network
from muelle.engine.private.folders import Folder
from muelle.errors import MuelleError, system_reason
from muelle.pace import stretched

_SHIM_SOCKETS = Path("/run/containerd/s")
_TERM_SECONDS = 20.0
_KILL_SECONDS = 5.0


def processes(paths: Folder) -> list[psutil.Process]:
    """Los procesos del motor de esta carpeta: el demonio, sus ayudantes y sus contenedores.

    Se reconocen por la ruta que llevan en su orden y los contenedores por su grupo de control,
    no por un pid anotado, que puede ser ya de otro programa.
    """
    ids, programs = _container_ids(paths), launchers.programs()
    found: dict[int, psutil.Process] = {}
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.status() != psutil.STATUS_ZOMBIE and (
                _is_part(process, paths, programs) or _is_inside(process, ids)
            ):
                for each in (process, *process.children(recursive=True)):
                    found[each.pid] = each
    found.pop(os.getpid(), None)
    return list(found.values())


def is_daemon(process: psutil.Process) -> bool:
    """Si es el proceso que escucha en el socket, y no un ayudante."""
    return _name_or_nothing(process) in launchers.daemons()


def stop_containers(paths: Folder) -> None:
    """Para los contenedores en marcha, todos a la vez: la señal y, al segundo, lo demás."""
    try:
        client = Endpoint(paths.url, "").client(timeout=10)
    except docker.errors.DockerException:
        return
    for signal, pause in (("SIGTERM", 1.0), ("SIGKILL", 0.0)):
        try:
            alive = client.api.containers()
        except (docker.errors.DockerException, requests.exceptions.RequestException):
            break
        for container in alive:
            # El que acaba entre la lista y la señal ya está como se quería.
            with suppress(docker.errors.DockerException, requests.exceptions.RequestException, KeyError):
                client.api.kill(container["Id"], signal=signal)
        if alive and pause:
            time.sleep(pause)
    client.close()


def clear(paths: Folder) -> None:
    """Quita procesos, montajes, puentes y archivos de ejecución. Los datos se quedan.

    Raises:
        MuelleError: si algo no se dejó quitar.
    """
    sockets = _shim_sockets(paths)
    _end(processes(paths))
    _unmount(paths)
    _remove_bridges(paths)
    try:
        if paths.exec.exists():
            shutil.rmtree(paths.exec)
        for file in (paths.socket, paths.pid, *sockets):
            file.unlink(missing_ok=True)
    except OSError as exc:
        why = system_reason(exc)
        raise MuelleError(f"No se pudo quitar «{exc.filename}» del motor privado: {why}.") from exc


def mounts(paths: Folder) -> list[Path]:
    """Los puntos de montaje que hay bajo la carpeta, del más hondo al menos (proc(5): mountinfo)."""
    try:
        lines = (
            Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape").splitlines()
        )
    except OSError:
        return []
    points = [Path(_unescape(line.split()[4])) for line in lines]
    ours = [point for point in points if any(base in point.parents for base in (paths.root, paths.run))]
    return sorted(ours, key=lambda point: len(point.parts), reverse=True)


def bridges(paths: Folder) -> list[str]:
    """Los puentes del motor: el suyo y los `br-…` de sus redes, que su base de datos recuerda."""
    try:
        known = (paths.data / "network/files/local-kv.db").read_bytes()
    except OSError:
        known = b""
    return [
        name
        for name in network.bridges()
        if name == paths.bridge or (name.startswith("br-") and len(name) == 15 and name[3:].encode() in known)
    ]


def _name_or_nothing(process: psutil.Process) -> str:
    try:
        line = process.cmdline()
    except psutil.Error:
        return ""
    return Path(line[0]).name if line else ""


def _is_part(process: psutil.Process, paths: Folder, programs: set[str]) -> bool:
    line = process.cmdline()
    if not line or not (Path(line[0]).name in programs or Path(line[0]).name.startswith("containerd-shim")):
        return False
    if len(line) == 1:  # el proceso de pausa de Podman no lleva nada en su orden
        return bool(process.environ().get("CONTAINERS_CONF") == str(paths.config))
    marks = [f"{base}/" for base in {paths.root, paths.run}]
    return any(mark in argument for argument in line[1:] for mark in marks)


def _container_ids(paths: Folder) -> set[str]:
    try:
        return {entry.name for entry in (paths.data / "containers").iterdir() if len(entry.name) == 64}
    except OSError:
        return set()


def _is_inside(process: psutil.Process, ids: set[str]) -> bool:
    if not ids:
        return False
    try:
        groups = Path(f"/proc/{process.pid}/cgroup").read_text(encoding="utf-8")
    except OSError:
        return False
    return any(
        part.removeprefix("docker-").removesuffix(".scope") in ids
        for part in groups.replace("\n", "/").split("/")
    )


def _shim_sockets(paths: Folder) -> list[Path]:
    """Los sockets de los ayudantes de containerd, que quedan si un ayudante muere de golpe.

    Están en una carpeta común a todos los motores; el nombre es un resumen de la dirección de containerd,
    el espacio de nombres y el contenedor (containerd, runtime/v2/shim/util_unix.go, SocketAddress).
    """
    if os.geteuid() != 0:
        return []  # sin privilegios, esa carpeta es la de su propio espacio de nombres
    address = paths.exec / "containerd/containerd.sock"
    names = [f"{address}/moby/{each}{end}" for each in _container_ids(paths) for end in ("", "/debug")]
    return [_SHIM_SOCKETS / hashlib.sha256(os.fsencode(name)).hexdigest() for name in names]


def _end(alive: list[psutil.Process]) -> None:
    """Primero el demonio, que para lo suyo en orden; luego lo que quede."""
    # RootlessKit se va solo cuando acaba el dockerd que lleva dentro.
    daemons = [
        process for process in alive if is_daemon(process) and _name_or_nothing(process) != "rootlesskit"
    ]
    for process in daemons:
        with suppress(psutil.Error):
            # Un proceso congelado no atiende a la señal: se le quita sin esperar.
            frozen = process.status() == psutil.STATUS_STOPPED
            process.kill() if frozen else process.terminate()
    psutil.wait_procs(daemons, timeout=stretched(_TERM_SECONDS))
    rest = [process for process in alive if process.is_running()]
    for process in rest:
        with suppress(psutil.Error):
            process.kill()
    stuck = [
        process for process in psutil.wait_procs(rest, timeout=stretched(_KILL_SECONDS))[1] if _lives(process)
    ]
    if stuck:
        raise MuelleError(
            f"El proceso {stuck[0].pid} del motor privado no se deja parar: reinicia la máquina."
        )


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _unmount(paths: Folder) -> None:
    if os.geteuid() != 0:
        return  # sin privilegios los montajes viven en otro espacio de nombres y se van con él
    for point in mounts(paths):
        subprocess.run(["umount", "-l", str(point)], capture_output=True, check=False)
    left = mounts(paths)
    if left:
        raise MuelleError(
            f"No se pudo desmontar «{left[0]}» del motor privado: escribe `umount -l '{left[0]}'`."
        )


def _remove_bridges(paths: Folder) -> None:
    if os.geteuid() != 0:
        return
    for name in bridges(paths):
        network.remove_bridge(name)


def _unescape(field: str) -> str:
    """mountinfo escribe los espacios y otros signos en octal: `\\040`."""
    for sign in (" ", "\t", "\n", "\\"):
        field = field.replace(f"\\{ord(sign):03o}", sign)
    return field
