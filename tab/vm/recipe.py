"""La receta de la máquina, de principio a fin, con todo guardado por lo que lo hizo."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import zstandard

from muelle import base
from muelle.errors import MuelleError
from tab import npm

from . import debian, image, kernel, sources

HERE = Path(__file__).parent
PART = 256 * 1024
"""El tamaño de cada trozo del disco, en bytes: lo que se baja de una vez."""

MEMORY = 256
"""La memoria de la máquina, en MiB."""

_DOCKERFILE = 'FROM muelle/base\nRUN echo x > /x\nCMD ["cat", "/x"]\n'
_LEVEL = 22
"""De zstd, el más alto: tarda minutos una vez por receta, y a cada lector le ahorra un 14 % de la máquina."""

_BIOS = ("usr/share/seabios/bios.bin", "usr/share/seabios/vgabios-stdvga.bin")


@dataclass(frozen=True)
class Recipe:
    """Una edición de la máquina y dónde se guarda lo que sale de ella.

    Args:
        edition: la publicación de Debian de la que sale.
        cache: la carpeta de la caché del curso para la pestaña.
        mirror: la dirección del espejo de Debian.
    """

    edition: str
    cache: Path
    mirror: str

    @property
    def key(self) -> str:
        """La suma de todo lo que decide cómo sale la máquina."""
        digest = hashlib.sha256()
        files = [*sorted(HERE.rglob("*")), HERE.parent / "page/machine/tunnel.js"]
        for path in files:
            if path.is_file() and "__pycache__" not in path.parts and path.parent != debian.EDITIONS:
                digest.update(f"{path.relative_to(HERE.parent)}\0".encode() + path.read_bytes())
        digest.update((debian.EDITIONS / f"{self.edition}.json").read_bytes())
        digest.update("".join((npm.integrity("v86"), *base.diff_ids("386"))).encode())
        return digest.hexdigest()[:16]

    @property
    def folder(self) -> Path:
        """Dónde está, o estará, esta máquina."""
        return self.cache / f"maquina-{self.key}"

    def is_made(self) -> bool:
        """Si ya está hecha."""
        return (self.folder / "maquina.json").is_file()


def make(recipe: Recipe, progress: Callable[[str], None]) -> Path:
    """Hace la máquina, o la toma de la caché si ya se hizo, y devuelve su carpeta.

    Lo que queda en ella: `estado.bin.zst` (la instantánea), `disco/` (el disco a trozos), `maquina.json`
    (qué es) y `fuentes.json` (de qué código fuente sale cada programa).

    Args:
        recipe: qué máquina.
        progress: recibe una frase por paso.

    Raises:
        MuelleError: algo no se pudo traer, compilar o arrancar.
    """
    packages = debian.pinned(recipe.edition)
    if recipe.is_made():
        return recipe.folder
    recipe.cache.mkdir(parents=True, exist_ok=True)
    progress(f"Paquetes de Debian ({recipe.edition})")
    files = dict(
        zip(
            (package.name for package in packages),
            debian.fetch(packages, recipe.cache / "descargas", recipe.mirror, progress),
            strict=True,
        )
    )
    bzimage = _kernel(recipe, packages, files[debian.KERNEL], progress)
    modules = npm.install(recipe.cache, progress)
    with tempfile.TemporaryDirectory(prefix="maquina-", dir=recipe.cache) as folder:
        work, result = Path(folder), Path(folder) / "resultado"
        result.mkdir()
        progress("Disco de la máquina")
        programs = [path for name, path in files.items() if name not in (debian.KERNEL, debian.FIRMWARE)]
        disk = work / "disco.ext4"
        image.build_image(image.build_tree(programs, work, recipe.edition), disk)
        facts = _snapshot(work, disk, bzimage, files[debian.FIRMWARE], modules, progress)
        progress("Comprimiendo")
        _compress(work / "estado.bin", result / "estado.bin.zst")
        _split(disk, result / "disco")
        version = facts["version"]
        about = {
            "key": recipe.key,
            "engine": version["Version"],
            "api": version["ApiVersion"],
            "kernel": version["KernelVersion"],
            "memory": MEMORY,
            "disk": {"size": disk.stat().st_size, "part": PART},
            "state": {"size": (result / "estado.bin.zst").stat().st_size, "raw": facts["bytes"]},
        }
        (result / "fuentes.json").write_text(sources.listing(packages, bzimage.parent), encoding="utf-8")
        (result / "maquina.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        result.rename(recipe.folder)
    return recipe.folder


def _kernel(
    recipe: Recipe, packages: list[debian.Package], source: Path, progress: Callable[[str], None]
) -> Path:
    sha256 = next(package.sha256 for package in packages if package.name == debian.KERNEL)
    target = recipe.cache / f"nucleo-{kernel.key(sha256)}" / "bzImage"
    if not target.is_file():
        kernel.compile_kernel(source, target, progress)
    return target


def _snapshot(
    work: Path, disk: Path, bzimage: Path, firmware: Path, modules: Path, progress: Callable[[str], None]
) -> dict[str, Any]:
    """Arranca la máquina y guarda su estado en `work/estado.bin`; devuelve lo que dijo el demonio."""
    subprocess.run(["dpkg-deb", "-x", firmware, work / "firmware"], check=True)
    (work / "base.tar").write_bytes(base.archive("386"))
    (work / "contexto.tar").write_bytes(_context())
    parts = {
        "wasm": str(modules / "v86/build/v86.wasm"),
        "disk": str(disk),
        "size": disk.stat().st_size,
        "kernel": str(bzimage),
        "bios": str(work / "firmware" / _BIOS[0]),
        "vga": str(work / "firmware" / _BIOS[1]),
        "memory": MEMORY,
        "base": str(work / "base.tar"),
        "context": str(work / "contexto.tar"),
        "state": str(work / "estado.bin"),
        "facts": str(work / "hechos.json"),
    }
    (work / "partes.json").write_text(json.dumps(parts), encoding="utf-8")
    # Node busca los paquetes de npm al lado del programa, y el nuestro está en el repositorio.
    program = work / "tab"
    for name in ("vm/node", "page/machine"):
        shutil.copytree(HERE.parent / name, program / name)
    (program / "node_modules").symlink_to(modules)
    (program / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    progress("Arrancando la máquina para guardar su estado (de dos a cinco minutos)")
    process = subprocess.Popen(
        ["node", str(program / "vm/node/snapshot.mjs"), str(work / "partes.json")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    try:
        for line in process.stdout or ():
            said.append(line.rstrip())
            progress(said[-1])
        status = process.wait()
    finally:
        process.kill()
        process.wait()
    if status or not (work / "hechos.json").is_file():
        raise MuelleError(f"La máquina no llegó a guardarse: «{' '.join(said)[-400:]}». Repite la orden.")
    facts: dict[str, Any] = json.loads((work / "hechos.json").read_text("utf-8"))
    return facts


def _context() -> bytes:
    """El contexto de la construcción de prueba, como lo enviaría un cliente."""
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        entry = tarfile.TarInfo("Dockerfile")
        entry.size = len(_DOCKERFILE)
        tar.addfile(entry, BytesIO(_DOCKERFILE.encode()))
    return packed.getvalue()


def _compress(source: Path, target: Path) -> None:
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    target.write_bytes(compressor.compress(source.read_bytes()))


def _split(disk: Path, folder: Path) -> None:
    """El disco a trozos comprimidos, con los nombres que pide v86: `disco-PRINCIPIO-FIN.img.zst`."""
    folder.mkdir()
    compressor = zstandard.ZstdCompressor(level=_LEVEL)
    content = disk.read_bytes()
    for start in range(0, len(content), PART):
        part = content[start : start + PART].ljust(PART, b"\0")
        (folder / f"disco-{start}-{start + PART}.img.zst").write_bytes(compressor.compress(part))
