"""Cuánto cuesta la vista de capas, comparado con lo mínimo que habría que hacer.

    export DOCKER_HOST=unix:///…
    .venv/bin/python benchmarks/layers.py

Crea en el motor dos imágenes (unos 500 MB con 20.000 archivos, y 120 capas), mide y las borra.
Cada medida se compara con su mínimo en la misma ejecución, alternadas, y se da la mediana de las razones:
el reloj de una máquina no vale para otra; la razón, sí.

Lo que hay que alcanzar (issue 3): leer y analizar `save`, como mucho 1,25 veces leerlo y tirarlo;
80 MB por encima de un intérprete que acaba de importar lo mismo; la imagen de 120 capas por la API,
como mucho 1,5 veces sus dos peticiones. Tarda unos minutos.
"""

from __future__ import annotations

import contextlib
import gc
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import docker

from muelle import engine
from muelle.sources import daemon, local
from muelle.sources.limits import PIECE

BIG = "muelle-medida/grande:1"
TALL = "muelle-medida/alta:1"
FILES, BYTES, LAYERS = 20_000, 500_000_000, 120
REPEATS = 5


def main() -> None:
    """Mide y escribe el informe."""
    if len(sys.argv) > 1 and sys.argv[1] == "memoria":
        print(peak(sys.argv[2]))
        return
    client = engine.find().client(timeout=600)
    version = client.version()
    print(f"Motor: {version['Version']}, almacén {client.info()['Driver']}. {os.cpu_count()} procesadores.\n")
    try:
        for name, layers, files in ((BIG, 5, FILES), (TALL, LAYERS, 2 * LAYERS)):
            say(f"Haciendo y cargando la imagen de {layers} capas y {files} archivos")
            load(client, name, layers, files, BYTES if name == BIG else 1_000_000)
        content(client, BIG, f"~{BYTES // 10**6} MB, {FILES} archivos, 5 capas")
        content(client, TALL, f"{LAYERS} capas, {2 * LAYERS} archivos")
        graph(client)
    finally:
        for name in (BIG, TALL):
            with contextlib.suppress(docker.errors.ImageNotFound):
                client.api.remove_image(name, force=True)


def say(doing: str) -> None:
    """Por dónde va, por la salida de errores: el informe queda limpio."""
    print(f"… {doing}", file=sys.stderr, flush=True)


def content(client: docker.DockerClient, name: str, title: str) -> None:
    """El contenido de todas las capas, frente a leer el mismo `save` y tirarlo."""
    attrs = client.api.inspect_image(name)
    image = daemon.image(client, name)
    say(f"Midiendo el contenido de la imagen de {title}: {REPEATS} vueltas y la memoria")
    bare, ours, fast = rounds(
        lambda: drain(client, name),
        lambda: daemon.saved(client, image, name),
        lambda: local.layers(client, attrs),
    )
    print(f"Contenido de la imagen de {title}")
    print(f"  leer save y tirarlo      {median(bare):7.2f} s")
    print(f"  leer save y analizarlo   {median(ours):7.2f} s   razón {ratio(ours, bare):.2f}   (meta 1,25)")
    if local.layers(client, attrs) is None:
        print("  carpetas del almacén     no se pueden leer desde aquí")
    else:
        print(f"  carpetas del almacén     {median(fast):7.2f} s   razón {ratio(fast, bare):.2f}")
    idle = memory("nada", name)
    for how in ("save", "carpetas"):
        used = memory(how, name) - idle
        print(f"  memoria, {how:9}       {used:7.1f} MB sobre el intérprete en reposo (meta 80)")
    print()


def graph(client: docker.DockerClient) -> None:
    """La imagen de 120 capas por la API, frente a sus dos peticiones; y con `dot`."""

    def two_calls() -> None:
        client.api.inspect_image(TALL)
        client.api.history(TALL)

    start = time.perf_counter()
    daemon.image(client, TALL)
    first = time.perf_counter() - start
    bare, ours = rounds(two_calls, lambda: daemon.image(client, TALL), repeats=4 * REPEATS)
    print(f"Imagen de {LAYERS} capas por la API")
    print(f"  inspect + history        {median(bare) * 1000:7.1f} ms")
    print(
        f"  la misma, ya unida       {median(ours) * 1000:7.1f} ms  razón {ratio(ours, bare):.2f} (meta 1,5)"
    )
    print(f"  la primera vez           {first * 1000:7.1f} ms  (busca la imagen de FROM entre las locales)")


def rounds(*actions: Callable[[], object], repeats: int = REPEATS) -> tuple[list[float], ...]:
    """Los segundos de cada acción en cada vuelta, alternándolas."""
    taken: tuple[list[float], ...] = tuple([] for _ in actions)
    for _ in range(repeats):
        for action, times in zip(actions, taken, strict=True):
            gc.collect()
            start = time.perf_counter()
            action()
            times.append(time.perf_counter() - start)
    return taken


def ratio(ours: list[float], bare: list[float]) -> float:
    """La mediana de las razones vuelta a vuelta."""
    return median(a / b for a, b in zip(ours, bare, strict=True))


def drain(client: docker.DockerClient, name: str) -> None:
    """Lee `save` y lo tira."""
    for _ in client.api.get_image(name, chunk_size=PIECE):
        pass


def memory(how: str, name: str) -> float:
    """MB de memoria máxima de un intérprete aparte que analiza `name`."""
    done = subprocess.run(
        [sys.executable, __file__, "memoria", f"{how} {name}"], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def peak(what: str) -> float:
    """Analiza en este intérprete y devuelve su memoria máxima en MB."""
    how, _, name = what.partition(" ")
    client = engine.find().client(timeout=600)
    image = daemon.image(client, name)
    if how == "save":
        daemon.saved(client, image, name)
    elif how == "carpetas":
        local.layers(client, client.api.inspect_image(name))
    # `ru_maxrss` no vale: un proceso hereda el máximo de quien lo lanzó.
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def load(client: docker.DockerClient, name: str, layers: int, files: int, size: int) -> None:
    """Carga en el motor una imagen hecha aquí, con archivos de tamaño desigual y contenido al azar."""
    random.seed(1)
    weights = [random.expovariate(1) for _ in range(files)]
    sizes = [int(size * weight / sum(weights)) for weight in weights]
    folder = Path(tempfile.mkdtemp())
    try:
        diff_ids = []
        for layer in range(layers):
            diff_ids.append(write_layer(folder / f"{layer}.tar", layer, sizes[layer::layers]))
        config = json.dumps(
            {
                "architecture": "amd64",
                "os": "linux",
                "config": {"Labels": {"muelle": "1"}},
                "rootfs": {"type": "layers", "diff_ids": diff_ids},
                "history": [
                    {
                        "created": "2024-01-01T00:00:00Z",
                        "created_by": f"/bin/sh -c #(nop) COPY dir:{at:x} in /",
                    }
                    for at in range(layers)
                ],
            }
        ).encode()
        manifest = [
            {"Config": "config.json", "RepoTags": [name], "Layers": [f"{at}.tar" for at in range(layers)]}
        ]
        with (folder / "imagen").open("w+b") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for at in range(layers):
                    tar.add(folder / f"{at}.tar", f"{at}.tar")
                    (folder / f"{at}.tar").unlink()
                for member, data in (
                    ("config.json", config),
                    ("manifest.json", json.dumps(manifest).encode()),
                ):
                    info = tarfile.TarInfo(member)
                    info.size = len(data)
                    tar.addfile(info, io.BytesIO(data))
            file.seek(0)
            for answer in client.api.load_image(file):
                if "error" in answer:
                    raise SystemExit(f"El motor no cargó la imagen de la medida: {answer['error']}")
    finally:
        shutil.rmtree(folder)


def write_layer(path: Path, number: int, sizes: list[int]) -> str:
    """Escribe el tar de una capa y devuelve su DiffID."""
    with tarfile.open(path, "w") as tar:
        for at, size in enumerate(sizes):
            if at % 50 == 0:
                directory = tarfile.TarInfo(f"capa{number}/carpeta{at // 50}")
                directory.type, directory.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(directory)
            info = tarfile.TarInfo(f"capa{number}/carpeta{at // 50}/archivo-{at}.bin")
            info.size = size
            tar.addfile(info, io.BytesIO(random.randbytes(size)))
    return digest(path)


def digest(path: Path) -> str:
    """El SHA-256 de un archivo."""
    found = hashlib.sha256()
    for piece in pieces(path):
        found.update(piece)
    return f"sha256:{found.hexdigest()}"


def pieces(path: Path) -> Iterator[bytes]:
    """Un archivo en trozos."""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


if __name__ == "__main__":
    main()
