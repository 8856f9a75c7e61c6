"""El primer proceso del cuarto de un cuaderno: lo monta, lanza en él lo demás, y al irse acaba con todo.

Se ejecuta como root, solo, con la biblioteca estándar: `python -I first.py encargo.json`.
El cuarto son espacios de nombres de Linux: de montajes (con `/tmp`, `/var/tmp` y `/dev/shm` propios), de
procesos (al morir el primero mueren todos, también los que se quedaron sin hilo principal) y de comunicación.
El motor vive en otro de usuarios, con un uid y un tramo de números suyos, y en otro de red, sin salida.
Fuente: namespaces(7), user_namespaces(7).
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import resource
import signal
import socket
import struct
import sys
from pathlib import Path

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x00020000, 0x02000000, 0x04000000, 0x08000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
REC, PRIVATE, BIND, READ_ONLY, REMOUNT = 16384, 1 << 18, 4096, 1, 32
NOSUID, NODEV = 2, 4
DEATH, NO_NEW_PRIVILEGES = 1, 38

_C = ctypes.CDLL(None, use_errno=True)


def call(name: str, *arguments: object) -> None:
    """Una llamada al sistema que da 0 si va bien.

    Raises:
        OSError: si no.
    """
    if getattr(_C, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")


def mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    """`mount(2)`."""
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    call("mount", *words, ctypes.c_ulong(flags), data.encode() if data is not None else None)


def main(order: dict[str, object]) -> None:
    """Monta el cuarto y espera a que quien lo pidió cierre la tubería."""
    call("prctl", DEATH, signal.SIGKILL, 0, 0, 0)
    call("unshare", NEWNS | NEWPID | NEWIPC)
    first = os.fork()
    if first:
        _, status = os.waitpid(first, 0)
        os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
    call("prctl", DEATH, signal.SIGKILL, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # los huérfanos los recoge el sistema
    _furnish(order)
    engine = order.get("engine")
    network = _start_engine(engine) if isinstance(engine, dict) else None
    print("puesto", flush=True)
    for line in sys.stdin:
        kernel = json.loads(line)
        _start_kernel(kernel, network)
        print("lanzado", flush=True)
    os._exit(0)


def _furnish(order: dict[str, object]) -> None:
    """Los montajes: lo de todos, vacío; lo que hace falta, a la vista."""
    mount("none", "/", None, REC | PRIVATE)
    held = [(str(path), os.open(str(path), os.O_PATH)) for path in order["shown"]]  # type: ignore[attr-defined]
    for place in order["hidden"]:  # type: ignore[attr-defined]
        if Path(str(place)).is_dir():  # puede estar dentro de otra, ya tapada
            mount("tmpfs", str(place), "tmpfs", NOSUID | NODEV, "mode=0755,size=1m")
    for place in ("/tmp", "/var/tmp", "/dev/shm"):
        Path(place).mkdir(exist_ok=True)
        mount("tmpfs", place, "tmpfs", NOSUID | NODEV, "mode=1777,size=256m")
    for path, descriptor in held:
        if not Path(path).exists():
            Path(path).mkdir(parents=True, exist_ok=True)
            mount(f"/proc/self/fd/{descriptor}", path, None, BIND | REC)
        os.close(descriptor)
    mount("proc", "/proc", "proc", NOSUID | NODEV)


def _start_engine(order: dict[str, object]) -> int:
    """Lanza el motor en su espacio de nombres de usuarios.

    Returns:
        El de red en el que vive, abierto.
    """
    ready, mapped = os.pipe(), os.pipe()
    uid = int(str(order["uid"]))
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setresgid(uid, uid, uid)
            os.setresuid(uid, uid, uid)
            call("prctl", DEATH, signal.SIGKILL, 0, 0, 0)
            call("prctl", 4, 1, 0, 0, 0)  # PR_SET_DUMPABLE: que se le puedan escribir los mapas
            call("unshare", NEWUSER)
            os.write(ready[1], b"x")
            os.read(mapped[0], 1)
            _inside_engine(order, ready[1])
        except BaseException as error:
            os.write(2, f"motor: {error}\n".encode())
        os._exit(1)
    os.read(ready[0], 1)
    for name in ("uid_map", "gid_map"):
        Path(f"/proc/{child}/{name}").write_text(str(order["map"]), encoding="ascii")
    os.write(mapped[1], b"x")
    os.read(ready[0], 1)
    return os.open(f"/proc/{child}/ns/net", os.O_RDONLY)


def _inside_engine(order: dict[str, object], ready: int) -> None:
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    call("unshare", NEWNS | NEWNET | NEWIPC | NEWUTS | NEWCGROUP)
    mount("none", "/", None, REC | PRIVATE)
    mount("tmpfs", "/run", "tmpfs", NOSUID | NODEV, "mode=0755,size=64m")
    _raise_loopback()
    os.write(ready, b"x")
    log = os.open(str(order["log"]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    null = os.open("/dev/null", os.O_RDONLY)
    for source, target in ((null, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    _become(order)


def _raise_loopback() -> None:
    """`ip link set lo up`: SIOCSIFFLAGS con IFF_UP. Fuente: netdevice(7)."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 1))


def _start_kernel(order: dict[str, object], network: int | None) -> None:
    if os.fork():
        return
    try:
        if network is not None:
            call("setns", network, NEWNET)
        os.setsid()
        uid = int(str(order["uid"]))
        for kind, value in order["limits"]:  # type: ignore[attr-defined]
            _, hard = resource.getrlimit(kind)
            top = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (top, top))
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        call("prctl", NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        os.chdir(str(order["folder"]))
        null = os.open("/dev/null", os.O_RDWR)
        for target in (0, 1, 2):
            os.dup2(null, target)
        os.closerange(3, 4096)
        _become(order)
    except BaseException as error:
        os.write(2, f"núcleo: {error}\n".encode())
    os._exit(1)


def _become(order: dict[str, object]) -> None:
    """Ejecuta el programa pedido en lugar de este, con las señales como las espera cualquiera.

    Lo que aquí se pasa por alto se hereda: con SIGCHLD así, ningún programa podría esperar a sus hijos.
    """
    for each in (signal.SIGINT, signal.SIGCHLD):
        signal.signal(each, signal.SIG_DFL)
    command = [str(word) for word in order["command"]]  # type: ignore[attr-defined]
    os.execve(command[0], command, dict(order["environment"]))  # type: ignore[call-overload]


if __name__ == "__main__":
    main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
