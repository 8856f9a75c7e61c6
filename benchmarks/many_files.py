"""Cuánto cuesta leer una imagen de cientos de miles de archivos, comparado con recorrer su tar.

    .venv/bin/python benchmarks/many_files.py                   # este curso
    .venv/bin/python benchmarks/many_files.py OTRA/src .../src  # y otras copias suyas, en la misma ejecución
    .venv/bin/python benchmarks/many_files.py --archivos 3000000  # tres millones: unos minutos y un giga

No hace falta motor. Hace una imagen de 300.000 archivos pequeños, que pasa por una tubería sin guardarse
en ningún sitio, y mide, con cada copia, la orden entera (`capas --contenido --json`) frente a
recorrer la misma capa con `tarfile`: procesador, alternando, y la mediana de las razones; y la memoria
máxima. Después, archivos pequeños hechos para que leerlos cueste mucho.

Lo que hay que alcanzar: como mucho 1,3 veces `tarfile` y 150 MB con 300.000; lo hostil, 2 s o una frase.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parents[1]
FILES = 300_000
FOLDER = 30
"""Archivos de cada carpeta."""

BLOCK = tarfile.BLOCKSIZE
REPEATS = 3
STDIN = "/dev/stdin"

BARE = """
import sys, tarfile
with tarfile.open(sys.argv[1], "r|") as file:
    for member in file:
        file.members = []
"""
WHOLE = """
import sys
from muelle.cli import main
sys.argv = ["muelle", "capas", "--archivo", sys.argv[1], "--contenido", "--json", sys.argv[2]]
try:
    main()
finally:
    status = open("/proc/self/status").read()
    print(int(status.partition("VmHWM:")[2].split()[0]) / 1024)
"""


def main() -> None:
    """Mide y escribe el informe."""
    parser = argparse.ArgumentParser(description="Leer imágenes de muchos archivos, frente a tarfile.")
    parser.add_argument("copias", nargs="*", type=Path, help="carpetas src de otras copias del curso")
    parser.add_argument("--archivos", type=int, default=FILES, help="archivos de la capa")
    given = parser.parse_args()
    copies = [each.resolve() for each in given.copias] or [HERE / "src"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"{given.archivos} archivos en una capa, {layer_size(given.archivos) / 1e6:.0f} MB")
        many(copies, given.archivos, folder / "salida.json")
        print("\nArchivos hechos para que leerlos cueste mucho")
        saved = folder / "imagen.tar"
        for title, made in HOSTILE.items():
            data = b"".join(made())
            saved.write_bytes(b"".join(pack([data], len(data))))
            for copy in copies:
                spent, _, code = run(WHOLE, copy, str(saved), str(folder / "salida.json"))
                told = "leído" if code == 0 else "rechazado con una frase" if code < 10 else f"código {code}"
                print(f"  {title:32} {len(data) / 1e6:6.1f} MB   {spent:6.2f} s   {told:24} {copy}")


def many(copies: list[Path], files: int, target: Path) -> None:
    """La orden entera con cada copia, frente a recorrer la capa con `tarfile`."""
    bare: list[float] = []
    taken: dict[Path, list[float]] = {copy: [] for copy in copies}
    peaks: dict[Path, float] = {}
    turns = REPEATS if files <= FILES else 1
    for turn in range(turns):
        print(f"… vuelta {turn + 1} de {turns}", file=sys.stderr, flush=True)
        bare.append(run(BARE, HERE / "src", STDIN, pieces=layer(files))[0])
        for copy in copies:
            saved = pack(layer(files), layer_size(files))
            spent, peaks[copy], code = run(WHOLE, copy, STDIN, str(target), pieces=saved)
            if code:
                raise SystemExit(f"La copia {copy} no pudo leer la imagen (código {code}).")
            taken[copy].append(spent)
    print(f"  recorrerlos con tarfile     {median(bare):7.2f} s")
    for copy in copies:
        ratio = median(ours / base for ours, base in zip(taken[copy], bare, strict=True))
        print(
            f"  capas --contenido --json    {median(taken[copy]):7.2f} s   razón {ratio:.2f} (meta 1,3)   "
            f"{peaks[copy]:.0f} MB (meta 150 con {FILES})   {copy}"
        )


def run(code: str, source: Path, *arguments: str, pieces: Iterable[bytes] = ()) -> tuple[float, float, int]:
    """Segundos de procesador, MB de memoria máxima y código de salida de un intérprete aparte.

    Args:
        code: lo que ejecuta.
        source: la carpeta de la que importa `muelle`.
        arguments: los suyos.
        pieces: lo que le llega por la entrada estándar, según se hace.
    """
    before = os.times()
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, "PYTHONPATH": str(source)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=2**20,
    ) as process:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # si no lo quiere entero, su código lo dirá
            for piece in pieces:
                process.stdin.write(piece)
        said, _ = process.communicate()
    after = os.times()
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    lines = said.split()
    return spent, float(lines[-1]) if lines else 0.0, process.returncode


def layer(files: int) -> Iterator[bytes]:
    """Una capa como la de un `node_modules`: muchos archivos pequeños en carpetas hondas."""
    for at in range(files):
        folder = f"usr/lib/node_modules/paquete-{at // FOLDER}/dist"
        if at % FOLDER == 0:
            made = tarfile.TarInfo(folder)
            made.type, made.mode = tarfile.DIRTYPE, 0o755
            yield made.tobuf(tarfile.GNU_FORMAT)
        info = tarfile.TarInfo(f"{folder}/archivo-{at}.js")
        info.size, info.mtime = 100 + at % 400, 1_700_000_000 + at % 1000
        yield info.tobuf(tarfile.GNU_FORMAT) + (b"x" * info.size).ljust(BLOCK, b"\0")
    yield bytes(2 * BLOCK)


def layer_size(files: int) -> int:
    """Bytes de `layer`: dos bloques por archivo, uno por carpeta y el final."""
    return BLOCK * (2 * files + -(-files // FOLDER) + 2)


def pack(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """Un archivo de imagen con esa capa, que ocupa `size` bytes: su manifiesto va detrás."""
    digest = hashlib.sha256()
    yield header("capa.tar", size)
    for piece in pieces:
        digest.update(piece)
        yield piece
    yield bytes(-size % BLOCK)
    config = {
        "architecture": "amd64",
        "os": "linux",
        "history": [{"created_by": "COPY . ."}],
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest.hexdigest()}"]},
    }
    manifest = [{"Config": "c.json", "RepoTags": ["medida:1"], "Layers": ["capa.tar"]}]
    for name, document in (("c.json", config), ("manifest.json", manifest)):
        data = json.dumps(document).encode()
        yield header(name, len(data)) + data + bytes(-len(data) % BLOCK)
    yield bytes(2 * BLOCK)


def header(name: str, size: int) -> bytes:
    """La cabecera de un archivo."""
    info = tarfile.TarInfo(name)
    info.size = size
    return info.tobuf(tarfile.GNU_FORMAT)


def member(name: str, link: str = "") -> bytes:
    """Un archivo vacío o un enlace simbólico."""
    info = tarfile.TarInfo(name)
    if link:
        info.type, info.linkname = tarfile.SYMTYPE, link
    return info.tobuf(tarfile.GNU_FORMAT)


def links_in_a_chain() -> Iterator[bytes]:
    """Cada enlace lleva al anterior, y cada archivo pasa por uno."""
    for at in range(3000):
        yield member(f"s{at}", "a/" * 45 + (f"s{at - 1}" if at % 39 else "b"))
    for at in range(20_000):
        yield member(f"s{at % 3000}/d{at}/f")


def links_that_climb() -> Iterator[bytes]:
    """Enlaces que suben mil carpetas."""
    for at in range(3000):
        yield member(f"s{at}", "../" * 1000 + "d")
        yield member(f"s{at}/f")


def long_names() -> Iterator[bytes]:
    """Rutas de dos mil carpetas, todas distintas."""
    for at in range(3000):
        yield member(f"{at}/" + "a/" * 2000 + "f")


def folders_replaced() -> Iterator[bytes]:
    """Una carpeta que se vuelve archivo, una y otra vez, en una capa grande."""
    for at in range(20_000):
        yield member(f"z{at}")
    for _ in range(3000):
        yield member("d/a/b")
        yield member("d")


HOSTILE: dict[str, Callable[[], Iterator[bytes]]] = {
    "enlaces en cadena": links_in_a_chain,
    "enlaces que suben mil carpetas": links_that_climb,
    "rutas de dos mil carpetas": long_names,
    "carpetas sustituidas sin fin": folders_replaced,
}


if __name__ == "__main__":
    main()
