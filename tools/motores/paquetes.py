"""Una raíz de archivos con los programas de otra publicación de Debian, sin instalar nada en la máquina.

apt trabaja con un estado privado (listas, caché y una base de paquetes vacía), así que resuelve todas las
dependencias, la biblioteca de C incluida, y solo las descarga. Después se desempaquetan en una carpeta.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from catalogo import PACKAGES

SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
OLD_SOURCES = Path("/etc/apt/sources.list")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
SILENCE_SECONDS = 20
"""Lo que puede callar el espejo, en segundos, antes de darlo por perdido."""

NEWS_FILES = 10
"""Cada cuántos archivos descargados se dice por dónde va."""

USER, UID = "estudiante", 4321
MERGED = ("bin", "sbin", "lib", "lib64")


class FailureError(Exception):
    """Algo que impide seguir, dicho en una frase para quien lee la terminal."""


class UnavailableError(FailureError):
    """Esta máquina no puede tener ese motor: no es Debian, no hay red hasta su espejo, no hay permisos."""


def cache() -> Path:
    """La carpeta de la caché del usuario donde vive todo lo de los otros motores."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "muelle-motores"


def root(suite: str) -> Path:
    """La raíz con los programas de la publicación `suite`; la prepara si todavía no existe."""
    path = cache() / "raices" / suite
    if path.is_dir():
        return path
    unfinished = path.with_name(path.name + ".a-medias")
    shutil.rmtree(unfinished, ignore_errors=True)
    _unpack(_download(suite), unfinished)
    _settings(unfinished)
    unfinished.rename(path)
    return path


def _mirror() -> str:
    """La dirección del espejo de Debian que ya usa esta máquina."""
    if SOURCES.exists():
        found = re.search(r"^URIs:\s*(\S+)", SOURCES.read_text(), re.MULTILINE)
    elif OLD_SOURCES.exists():
        found = re.search(r"^deb\s+(?:\[.*?\]\s+)?(\S+)", OLD_SOURCES.read_text(), re.MULTILINE)
    else:
        found = None
    if found is None:
        raise UnavailableError("No encuentro el espejo de Debian de esta máquina: solo funciona en Debian.")
    return found.group(1)


def _download(suite: str) -> list[Path]:
    """Descarga los paquetes de `suite` y todas sus dependencias; devuelve los archivos .deb."""
    home = cache() / "apt" / suite
    for folder in ("lists/partial", "archives/partial"):
        (home / folder).mkdir(parents=True, exist_ok=True)
    (home / "status").touch()
    sources = home / "sources.list"
    sources.write_text(f"deb [signed-by={KEYRING}] {_mirror()} {suite} main\n")
    options = {
        "Dir::Etc::SourceList": sources,
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::Etc::PreferencesParts": "/dev/null",
        "Dir::State::Lists": home / "lists",
        "Dir::State::Status": home / "status",
        "Dir::Cache": home,
        "Dir::Cache::Archives": home / "archives",
        "Dir::Log": home,
        "Acquire::Retries": 0,
        "Acquire::http::Timeout": SILENCE_SECONDS,
        "APT::Sandbox::User": "root",
        "APT::Install-Recommends": "false",
        "APT::Keep-Downloaded-Packages": "true",
        "Debug::NoLocking": "true",
    }
    apt = ["apt-get", "-q"] + [f"-o{key}={value}" for key, value in options.items()]
    _fetch([*apt, "update"], f"las listas de {suite}")
    _fetch([*apt, "--yes", "--download-only", "install", *PACKAGES], f"los paquetes de {suite}")
    return sorted((home / "archives").glob("*.deb"))


def _fetch(command: list[str], what: str) -> None:
    """Ejecuta una descarga de apt y dice cómo va; se para en el primer archivo que no llega.

    Un espejo que acepta y calla costaría, si no, un plazo por archivo.

    Raises:
        UnavailableError: el espejo no responde, o le falta algo.
    """
    print(f"Descargando {what} del espejo de Debian…", file=sys.stderr, flush=True)
    process = subprocess.Popen(
        command,
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    total, got, said, missed = "", 0, "", False
    assert process.stdout is not None
    for line in process.stdout:
        said = line.strip() or said
        if line.startswith("Err:"):
            missed = True
            process.terminate()
            break
        if found := re.match(r"Need to get ([\d.,]+ .?B)", line):
            total = f" ({found[1]} en total)"
        elif line.startswith("Get:"):
            got += 1
            if got % NEWS_FILES == 0:
                print(f"  {got} archivos{total}…", file=sys.stderr, flush=True)
    process.stdout.close()
    if process.wait() != 0 or missed:
        reason = re.sub(r"https?://\S+", "…", said)
        raise UnavailableError(f"No se pudo descargar {what} del espejo de Debian: {reason[-300:]}")


def _unpack(packages: list[Path], target: Path) -> None:
    """Desempaqueta los .deb en `target`, con /bin, /sbin y /lib unidos a /usr como en Debian."""
    for name in MERGED:
        (target / "usr" / name).mkdir(parents=True, exist_ok=True)
        (target / name).symlink_to(f"usr/{name}")
    for package in packages:
        content = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE)
        _run(["tar", "-x", "--keep-directory-symlink", "-C", str(target)], stdin=content.stdout)
        if content.wait() != 0:
            raise FailureError(f"No he podido abrir el paquete {package.name}: borra su carpeta y repite.")
    _run(["/usr/sbin/ldconfig", "-r", str(target)])


def _settings(target: Path) -> None:
    """Los pocos archivos de /etc que los motores esperan encontrar."""
    etc = target / "etc"
    etc.mkdir(exist_ok=True)
    user = f"{USER}:x:{UID}:{UID}::/tmp:/bin/sh\n"
    (etc / "passwd").write_text(f"root:x:0:0:root:/root:/bin/sh\n{user}nobody:x:65534:65534::/:/bin/false\n")
    (etc / "group").write_text(f"root:x:0:\n{USER}:x:{UID}:\nnogroup:x:65534:\n")
    for name in ("subuid", "subgid"):
        (etc / name).write_text(f"{USER}:300000:65536\n")
    (etc / "hosts").write_text("127.0.0.1 localhost\n")
    (etc / "resolv.conf").write_text("")
    sbin = target / "usr" / "sbin"
    if (sbin / "xtables-nft-multi").exists():  # Debian crea estos enlaces al instalar
        for name in ("iptables", "iptables-save", "iptables-restore", "ip6tables"):
            (sbin / name).unlink(missing_ok=True)
            (sbin / name).symlink_to("xtables-nft-multi")
    for name in ("proc", "sys", "dev", "run", "tmp", "root", "var/tmp", "var/lib"):
        (target / name).mkdir(parents=True, exist_ok=True)
    (target / "var/tmp").chmod(0o1777)


def _run(command: list[str], stdin: object = None) -> None:
    """Ejecuta una orden y convierte su fallo en una frase; no repite lo que apt diga del espejo."""
    done = subprocess.run(command, stdin=stdin, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # type: ignore[call-overload]
    if done.returncode != 0:
        detail = re.sub(r"https?://\S+", "…", done.stderr.decode(errors="replace"))
        raise FailureError(f"«{command[0]}» ha fallado ({done.returncode}): {detail.strip()[-400:]}")
