"""Arrancar y parar un motor en su propio espacio de montajes, sin dejar nada en la máquina.

El motor ve como raíz la carpeta con sus programas, y además /proc, /sys y /dev de la máquina. Todo lo que
monta existe solo en su espacio de montajes: al morir sus procesos, desaparece. Su carpeta de trabajo tiene
la misma ruta dentro y fuera, así que el zócalo y los datos se ven desde la máquina.

Podman tiene además su propio espacio de red: si no, llamaría «podman0» al puente de todas sus versiones y
cambiaría `ip_forward` en la máquina (medido con la 4.3). Ahí puede llevar él su cortafuegos, y con él los
puertos que publica; a cambio, no se alcanzan desde la máquina. Docker usa un puente con nombre propio, y sus
puertos publicados sí se alcanzan.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import docker

import ordenes
from catalogo import ENGINES, Engine
from paquetes import UID, FailureError, UnavailableError, cache, root

# El último paso no es un chroot: desde uno, Linux no deja crear espacios de usuario (user_namespaces(7)),
# y los motores sin root los necesitan. /dev/net/tun queda abierto a todos, como lo deja udev.
ENTER = """
set -e
ip link set lo up
mount --bind "$ROOT" "$ROOT"
for part in proc sys dev; do mount --rbind "/$part" "$ROOT/$part"; done
mount -t tmpfs tmpfs "$ROOT/run"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/dev/shm"
mkdir -p "$ROOT/run/old" "$ROOT$RUNTIME" "$ROOT$HOME"
mount --bind "$HOME" "$ROOT$HOME"
if [ "$OWNER" != 0 ]; then
    chown "$OWNER" "$ROOT$RUNTIME" "$HOME" "$HOME/networks"
    mknod -m 666 "$ROOT/run/tun" c 10 200
    mount --bind "$ROOT/run/tun" "$ROOT/dev/net/tun"
fi
cd "$ROOT"
pivot_root . run/old
cd /
umount -l /run/old
unset ROOT OWNER RUNTIME
exec "$@"
"""
START_SECONDS = 60.0
STOP_SECONDS = 30.0


def home(engine: Engine) -> Path:
    """La carpeta de trabajo del motor: datos, zócalo, registro y estado."""
    return cache() / "motores" / engine.name


def url(engine: Engine) -> str:
    """Lo que hay que poner en DOCKER_HOST."""
    return f"unix://{home(engine)}/docker.sock"


def running(engine: Engine) -> int | None:
    """El proceso del motor si está en marcha y es el que arrancamos; si no, None."""
    try:
        state = json.loads((home(engine) / "estado.json").read_text())
    except (OSError, ValueError):
        return None
    pid = int(state["pid"])
    return pid if born(pid) == state["born"] else None


def start(engine: Engine) -> str:
    """Arranca el motor si hace falta y espera a que responda; devuelve su dirección."""
    if running(engine):
        return url(engine)
    if os.geteuid() != 0:
        raise UnavailableError("Estos motores necesitan ser administrador: repite la orden como root.")
    _require_namespaces()
    programs = root(engine.suite)
    folder = home(engine)
    (folder / "networks").mkdir(parents=True, exist_ok=True)
    (folder / "docker.sock").unlink(missing_ok=True)
    _bridge(engine)
    variables = ordenes.environment(engine, folder) | {
        "ROOT": str(programs),
        "RUNTIME": ordenes.RUNTIME,
        "OWNER": str(UID if engine.rootless else 0),
    }
    spaces = ["--mount", "--propagation", "private"]
    if engine.kind == "podman" and not engine.rootless:
        spaces.append("--net")
    with (folder / "motor.log").open("wb") as log:
        process = subprocess.Popen(
            ["unshare", *spaces, "sh", "-c", ENTER, "sh", *ordenes.command(engine, folder)],
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    state = {"pid": process.pid, "born": born(process.pid)}
    (folder / "estado.json").write_text(json.dumps(state))
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if _answers(engine):
            return url(engine)
        time.sleep(0.1)
    tail = (folder / "motor.log").read_text(errors="replace")[-1500:]
    stop(engine)
    raise FailureError(f"El motor «{engine.name}» no ha llegado a responder. Lo último que dijo:\n{tail}")


def stop(engine: Engine) -> None:
    """Para el motor y quita sus procesos, su puente y sus grupos de control; conserva sus datos."""
    pid = running(engine)
    folder = home(engine)
    bridges = [engine.bridge]
    members = family(engine)
    if pid is not None:
        bridges += _quiet(engine)
        first = {pid: members[pid]} if pid in members else {}
        _signal(first, signal.SIGTERM)
        _wait(first)
    _signal(members, signal.SIGKILL)
    _wait(members)
    for bridge in bridges:
        subprocess.run(["ip", "link", "delete", bridge], check=False, stderr=subprocess.DEVNULL)
    if not any(running(other) for other in ENGINES.values() if other.kind == engine.kind == "podman"):
        _remove_cgroups(ordenes.cgroup(engine))
    for name in ("estado.json", "docker.sock"):
        (folder / name).unlink(missing_ok=True)


def forget(engine: Engine) -> None:
    """Para el motor y borra sus datos: imágenes, contenedores, volúmenes y registro."""
    stop(engine)
    erase(engine)


def erase(engine: Engine) -> None:
    """Borra los datos de un motor parado, y no su puente: con otra caché puede ser de otro en marcha."""
    shutil.rmtree(home(engine), ignore_errors=True)


def _require_namespaces() -> None:
    """Comprueba lo que hace falta de la máquina.

    Raises:
        UnavailableError: falta un programa, o aquí ni root puede crear espacios de montajes.
    """
    missing = [name for name in ("unshare", "ip", "dpkg-deb") if shutil.which(name) is None]
    if missing:
        raise UnavailableError(f"Faltan programas del sistema: {', '.join(missing)}.")
    if subprocess.run(["unshare", "--mount", "true"], check=False, stderr=subprocess.DEVNULL).returncode:
        raise UnavailableError("Aquí ni siquiera root puede crear espacios de montajes.")


def _bridge(engine: Engine) -> None:
    """Crea el puente de un Docker con root; los demás motores hacen el suyo en su espacio de red."""
    if engine.kind != "docker" or engine.rootless or Path("/sys/class/net", engine.bridge).exists():
        return
    # Con una MAC puesta: sin ella, la del puente cambia con cada contenedor, y se pierde lo que le envían.
    mac = f"02:42:0a:c9:{engine.number:02x}:01"
    for order in (
        ["ip", "link", "add", engine.bridge, "address", mac, "type", "bridge"],
        ["ip", "addr", "add", f"{engine.subnet}.0.1/24", "dev", engine.bridge],
        ["ip", "link", "set", engine.bridge, "up"],
    ):
        subprocess.run(order, check=True)


def _answers(engine: Engine) -> bool:
    """Si el motor contesta a un ping."""
    try:
        client = docker.DockerClient(base_url=url(engine), version="auto", timeout=5)
    except docker.errors.DockerException:
        return False
    with_ping = client.ping()
    client.close()
    return bool(with_ping)


def _quiet(engine: Engine) -> list[str]:
    """Detiene los contenedores sin esperar y devuelve los puentes de las redes que haya creado el motor."""
    try:
        client = docker.DockerClient(base_url=url(engine), version="auto", timeout=20)
        for container in client.api.containers():
            try:
                client.api.kill(container["Id"])
            except docker.errors.APIError:
                continue  # ya había terminado
        networks = [net for net in client.api.networks() if net["Driver"] == "bridge"]
        client.close()
    except (docker.errors.DockerException, OSError):
        return []
    names = []
    for net in networks:
        options = net.get("Options") or {}
        given = options.get("com.docker.network.bridge.name") or options.get("bridge")
        names.append(given or f"br-{net['Id'][:12]}")
    return names


def family(engine: Engine) -> dict[int, str]:
    """Los procesos del motor: los que llevan su HOME, sus descendientes y quienes comparten sus montajes.

    Returns:
        El número de cada uno y su instante de arranque: acabado él, el núcleo da el número a otro.
    """
    mark = f"HOME={home(engine)}\0".encode()
    parents: dict[int, int] = {}
    spaces: dict[int, Path] = {}
    more: set[int] = set()
    for entry in Path("/proc").glob("[0-9]*"):
        pid = int(entry.name)
        try:
            parents[pid] = int(_stat(pid)[1])
            spaces[pid] = (entry / "ns/mnt").readlink()
            if mark in (entry / "environ").read_bytes():
                more.add(pid)
        except OSError:
            continue  # el proceso ha terminado mientras mirábamos, o es de otro usuario
    outside = spaces[os.getpid()]
    found: set[int] = set()
    while more:
        found |= more
        inside = {spaces[member] for member in found if member in spaces} - {outside}
        more = {one for one in parents if parents[one] in found or spaces.get(one) in inside} - found
    return {pid: birth for pid in found if (birth := born(pid))}


def _stat(pid: int) -> list[str]:
    """Los campos de /proc/PID/stat desde el estado en adelante (proc(5))."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def born(pid: int) -> str | None:
    """El instante de arranque del proceso, o None si ya no vive: distingue un número reutilizado."""
    try:
        fields = _stat(pid)
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def _signal(members: Mapping[int, str], number: signal.Signals) -> None:
    """Manda una señal a cada uno, si sigue siendo él.

    El número de uno ya acabado puede ser hoy de otro proceso, o de un hilo, y matar un hilo es matar su
    proceso entero (kill(2)). El descriptor no cambia de dueño: se abre, se mira quién es y se le manda.
    """
    for pid, birth in members.items():
        try:
            descriptor = os.pidfd_open(pid)
        except OSError:
            continue  # ya acabó, o es el número de un hilo
        try:
            if born(pid) == birth:
                signal.pidfd_send_signal(descriptor, number)
        except ProcessLookupError:
            continue
        finally:
            os.close(descriptor)


def _wait(members: Mapping[int, str]) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    while time.monotonic() < deadline and any(born(pid) == birth for pid, birth in members.items()):
        time.sleep(0.05)


def _remove_cgroups(name: str) -> None:
    """Quita los grupos de control vacíos que hayan quedado del motor."""
    for top in Path("/sys/fs/cgroup").glob(f"*/{name}"):
        for folder, _, _ in os.walk(top, topdown=False):
            try:
                Path(folder).rmdir()
            except OSError:
                continue  # todavía lo usa alguien
