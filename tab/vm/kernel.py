"""El núcleo de Linux de la máquina: el código fuente de Debian, compilado con lo justo."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from muelle.errors import MuelleError

CONFIG = Path(__file__).parent / "kernel.config"
TOOLS = ("gcc", "make", "flex", "bison", "bc", "xz")
"""Los programas con los que se compila."""

_STAMP = {
    # Lo que un núcleo apunta de cuándo y quién lo compiló: siempre lo mismo, para que salga igual.
    "KBUILD_BUILD_TIMESTAMP": "2026-11-26 00:00:00 UTC",
    "KBUILD_BUILD_USER": "curso",
    "KBUILD_BUILD_HOST": "curso",
    "KBUILD_BUILD_VERSION": "1",
    "LC_ALL": "C",
}
_ARCHIVE = "./usr/src/linux-source-6.12.tar.xz"


def key(source: str) -> str:
    """Lo que distingue a un núcleo de otro: su código fuente, su configuración y cómo se compila.

    Args:
        source: la suma del paquete del código fuente.
    """
    parts = (source.encode(), CONFIG.read_bytes(), Path(__file__).read_bytes())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def compile_kernel(package: Path, target: Path, progress: Callable[[str], None]) -> None:
    """Compila el núcleo y lo deja en `target`.

    Args:
        package: el `.deb` del código fuente.
        target: dónde queda `bzImage`; a su lado queda `nucleo.config`, la configuración entera.
        progress: recibe una frase por paso.

    Raises:
        MuelleError: la compilación falla; la frase dice dónde está el registro.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    log = target.parent / "nucleo.log"
    with tempfile.TemporaryDirectory(prefix="nucleo-", dir=target.parent) as folder, log.open("wb") as said:
        work = Path(folder)
        progress("Desempaquetando el código fuente de Linux")
        _unpack(package, work)
        make = ["make", "ARCH=i386", f"-j{os.cpu_count() or 1}"]

        def run(*command: str) -> None:
            done = subprocess.run(command, cwd=work, env={**os.environ, **_STAMP}, stdout=said, stderr=said)
            if done.returncode:
                raise MuelleError(f"Linux no se compiló («{' '.join(command)}»): el registro está en {log}.")

        run(*make, "tinyconfig")
        run("./scripts/kconfig/merge_config.sh", "-m", ".config", str(CONFIG))
        run(*make, "olddefconfig")
        _check(work / ".config")
        progress("Compilando Linux (de cuatro a diez minutos, solo esta vez)")
        run(*make, "bzImage")
        shutil.copy(work / ".config", target.parent / "nucleo.config")
        unfinished = target.with_suffix(".a-medias")
        shutil.copy(work / "arch/x86/boot/bzImage", unfinished)
        unfinished.rename(target)


def _unpack(package: Path, work: Path) -> None:
    opened = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", package], stdout=subprocess.PIPE)
    inner = subprocess.Popen(["tar", "-xO", _ARCHIVE], stdin=opened.stdout, stdout=subprocess.PIPE)
    subprocess.run(["tar", "-xJ", "--strip-components=1", "-C", work], stdin=inner.stdout, check=True)
    if opened.wait() or inner.wait():
        raise MuelleError(f"No se pudo abrir el paquete {package.name}: bórralo y repite la orden.")


def _check(config: Path) -> None:
    """Que la configuración final sea la pedida: `olddefconfig` cambia sin avisar lo que no encaja.

    Raises:
        MuelleError: falta algo de lo pedido, o quedó puesto algo de lo quitado.
    """
    final = set(config.read_text("utf-8").splitlines())
    wanted = [line for line in CONFIG.read_text("utf-8").splitlines() if line.startswith("CONFIG_")]
    off = [line for line in wanted if line.endswith("=n")]
    lost = [line for line in wanted if line not in final and line not in off]
    lost += [line for line in off if f"{line.removesuffix('n')}y" in final]
    if lost:
        raise MuelleError(f"La configuración de Linux perdió {', '.join(lost)}: revisa tab/vm/kernel.config.")
