"""El disco de la máquina: un ext4 reproducible con los programas de Docker y poco más."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from muelle.errors import MuelleError

GUEST = Path(__file__).parent / "guest"
TOOLS = ("dpkg-deb", "readelf", "mke2fs", "debugfs")
"""Los programas con los que se hace el disco."""

DATE = 1764028800
"""La fecha de todos los archivos, en segundos desde 1970: siempre la misma."""

_UUID, _SEED = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
_SPARE_MEBIBYTES = 10
_ROOT_INODE, _FIRST_INODE = 2, 12
"""El de la carpeta raíz y el primero que mke2fs da a un archivo; el 11 es `lost+found`."""

_LIBRARIES = ("usr/lib/i386-linux-gnu", "lib/i386-linux-gnu")

_PROGRAMS = {
    "usr/sbin/dockerd": "usr/sbin/dockerd",
    "usr/bin/docker": "usr/bin/docker",
    "usr/bin/containerd": "usr/bin/containerd",
    "usr/bin/containerd-shim-runc-v2": "usr/bin/containerd-shim-runc-v2",
    "usr/bin/crun": "usr/bin/crun",
    "usr/sbin/xtables-legacy-multi": "usr/sbin/xtables-legacy-multi",
    "usr/bin/tini-static": "usr/bin/docker-init",
}
"""Programa en su paquete → programa en la máquina."""

_LINKS = {
    "usr/sbin/runc": "/usr/bin/crun",
    "lib/ld-linux.so.2": "/usr/lib/i386-linux-gnu/ld-linux.so.2",
    **{
        f"usr/sbin/{name}": "xtables-legacy-multi"
        for family in ("iptables", "ip6tables")
        for name in (family, f"{family}-save", f"{family}-restore")
    },
}
_XTABLES = {
    "DNAT",
    "MARK",
    "MASQUERADE",
    "REDIRECT",
    "REJECT",
    "SNAT",
    "addrtype",
    "comment",
    "conntrack",
    "icmp",
    "mark",
    "multiport",
    "set",
    "standard",
    "tcp",
    "udp",
}
"""Las extensiones de iptables que Docker pide."""

_FOLDERS = ("bin", "sbin", "lib", "proc", "sys", "dev", "run", "tmp", "var", "root", "mnt", "etc/docker")
_SETTINGS = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
    "etc/group": "root:x:0:\ndocker:x:101:\nnogroup:x:65534:\n",
    "etc/hosts": "127.0.0.1 localhost\n127.0.1.1 docker\n",
    "etc/hostname": "docker\n",
    "etc/resolv.conf": "nameserver 192.168.86.1\n",
}


def build_tree(packages: list[Path], work: Path, edition: str) -> Path:
    """Junta en una carpeta los archivos de la máquina y la devuelve.

    Args:
        packages: los `.deb` de los que salen.
        work: carpeta vacía en la que trabajar.
        edition: la publicación de Debian, para `/etc/os-release`.
    """
    unpacked, root = work / "paquetes", work / "raiz"
    for package in packages:
        subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True)
    for name in _FOLDERS:
        (root / name).mkdir(parents=True)
    for origin, name in _PROGRAMS.items():
        _copy(_first(unpacked, origin, origin.replace("tini-static", "tini")), root / name)
    busybox = _first(unpacked, "usr/bin/busybox", "bin/busybox")
    _copy(busybox, root / "bin/busybox")
    for applet in _applets(busybox):
        (root / "bin" / applet).symlink_to("/bin/busybox")
    for extension in sorted(unpacked.glob("usr/lib/i386-linux-gnu/xtables/lib*.so")):
        if extension.stem.split("_")[1] in _XTABLES:
            _copy(extension, root / "usr/lib/i386-linux-gnu/xtables" / extension.name)
    _add_libraries(unpacked, root)
    for name, target in _LINKS.items():
        (root / name).symlink_to(target)
    for name, text in _SETTINGS.items():
        (root / name).write_text(text, encoding="utf-8")
    (root / "etc/os-release").write_text(
        f'PRETTY_NAME="Debian GNU/Linux {edition}"\nNAME="Debian GNU/Linux"\nID=debian\n', encoding="utf-8"
    )
    for name in ("init", "agent", "containerd.toml"):
        _copy(GUEST / name, root / name, 0o644 if name.endswith(".toml") else 0o755)
    return root


def build_image(root: Path, target: Path) -> None:
    """Hace el disco con lo que hay en una carpeta: los mismos archivos dan siempre los mismos bytes.

    Args:
        root: la carpeta con los archivos de la máquina.
        target: el archivo del disco.

    Raises:
        MuelleError: `mke2fs` no pudo.
    """
    paths = list(root.rglob("*"))
    used = sum(-(-path.lstat().st_size // 4096) * 4096 for path in paths)
    for path in (root, *paths):
        os.utime(path, (DATE, DATE), follow_symlinks=False)
    command = ["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal,^metadata_csum,^64bit", "-m", "0"]
    command += ["-N", "2048", "-b", "4096", "-U", _UUID, "-E", f"hash_seed={_SEED},root_owner=0:0"]
    command += ["-d", str(root), str(target), f"{used // 2**20 + _SPARE_MEBIBYTES}M"]
    if os.geteuid() != 0:  # que los archivos sean de root también dentro
        command = ["unshare", "--map-root-user", *command]
    _run(command)
    # mke2fs copia también la fecha de cambio de cada archivo (ctime), que `utime` no deja poner.
    numbers = (_ROOT_INODE, *range(_FIRST_INODE, _FIRST_INODE + len(paths)))
    script = "".join(f"set_inode_field <{number}> ctime @{DATE}\n" for number in numbers)
    _run(["debugfs", "-w", "-f", "-", str(target)], script)


def _run(command: list[str], script: str = "") -> None:
    environment = {**os.environ, "E2FSPROGS_FAKE_TIME": str(DATE)}
    done = subprocess.run(command, env=environment, input=script, capture_output=True, text=True)
    if done.returncode:
        why = done.stderr.strip()[-300:]
        raise MuelleError(f"{command[0]} no pudo hacer el disco de la máquina: «{why}».")


def _first(unpacked: Path, *names: str) -> Path:
    """El primero de esos archivos que traen los paquetes.

    Raises:
        MuelleError: no lo trae ninguno.
    """
    for name in names:
        if (unpacked / name).exists():
            return unpacked / name
    raise MuelleError(f"Ningún paquete de esta edición trae {names[0]}: revisa la lista de tab/vm/debian.py.")


def _copy(source: Path, target: Path, mode: int = 0o755) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(mode)


def _applets(busybox: Path) -> list[str]:
    """Los nombres de las órdenes que BusyBox lleva dentro, sin ejecutarlo.

    Los guarda seguidos, separados por un byte nulo; la lista empieza por `[` y `[[` y acaba en un nombre
    vacío (fuente: `include/applet_tables.h`, que genera su compilación).
    """
    binary = busybox.read_bytes()
    start = binary.find(b"[\0[[\0")
    if start < 0:
        raise MuelleError("No encuentro la lista de órdenes dentro de BusyBox: revisa tab/vm/image.py.")
    names = binary[start : binary.index(b"\0\0", start)].decode().split("\0")
    return [name for name in names if name != "busybox"]


def _add_libraries(unpacked: Path, root: Path) -> None:
    """Copia las bibliotecas que piden los programas, y las que piden ellas.

    Raises:
        MuelleError: falta alguna: la edición no trae su paquete.
    """
    folder = root / _LIBRARIES[0]
    folder.mkdir(parents=True, exist_ok=True)
    pending = [path for path in sorted(root.rglob("*")) if path.is_file() and not path.is_symlink()]
    while pending:
        for name in _needed(pending.pop()):
            target = folder / name
            if not target.exists():
                found = _first(unpacked, *(f"{place}/{name}" for place in _LIBRARIES))
                _copy(found.resolve(), target)
                pending.append(target)


def _needed(path: Path) -> list[str]:
    """Las bibliotecas que un programa pide al cargarse (su DT_NEEDED); ninguna si no es un programa."""
    with path.open("rb") as file:
        if file.read(4) != b"\x7fELF":
            return []
    said = subprocess.run(["readelf", "-d", path], capture_output=True, text=True, check=True).stdout
    return re.findall(r"\(NEEDED\).*\[(.+)\]", said)
