"""Lo que la orden `docker build` pone en la caja, con sus dos constructores: lo que cuenta el capítulo 5."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from muelle import base
from muelle.builder import build
from muelle.engine import Endpoint
from muelle.owned import LABELS, free_name
from patience import PATIENCE

pytestmark = pytest.mark.live

TAG = "muelle/prueba-caja"
EVERYTHING = f"FROM {base.NAME}\nCOPY . /caja\n"
FILES = {
    "index.html": "hola\n",
    "clave.pem": "1\n",
    "copia/clave.pem": "2\n",
    "copia/honda/clave.pem": "3\n",
    "copia/carta.txt": "4\n",
    "notas.txt": "5\n",
    "nota1.txt": "6\n",
}
IGNORED = [
    "*.pem",
    "**/*.pem",
    "copia",
    "copia\n!copia/carta.txt",
    "nota?.txt\n# un comentario\n\n",
    "/notas.txt",
    "*/clave.pem\n.dockerignore",
    "**\n!index.html\n!Dockerfile",
]
BUILDERS = {"clásico": "0", "BuildKit": "1"}
SENT = re.compile(r"transferring context: ([\d.]+)([kM]?)B")
UNITS = {"": 1, "k": 1_000, "M": 1_000_000}


@pytest.fixture(autouse=True)
def _tidy(engine_client: docker.DockerClient) -> Iterator[None]:
    yield
    free_name(engine_client, TAG)


def built(endpoint: Endpoint, folder: Path, builder: str) -> str:
    """Construye una carpeta con la primera orden `docker` que sepa hacerlo así, y da lo que escribió.

    Una orden moderna sin su complemento buildx no construye con BuildKit; la de la distribución puede que sí.
    """
    clean = {name: value for name, value in os.environ.items() if not name.startswith("DOCKER_")}
    environment = {**clean, "DOCKER_BUILDKIT": BUILDERS[builder], "DOCKER_HOST": endpoint.url}
    words = [
        "build",
        "-t",
        TAG,
        "--label",
        "muelle=1",
        *(["--progress=plain"] if builder == "BuildKit" else []),
    ]
    said = ""
    for program in dict.fromkeys(
        filter(None, (shutil.which("docker"), shutil.which("docker", path="/usr/bin")))
    ):
        done = subprocess.run(
            [program, *words, "."],
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        said = done.stdout + done.stderr
        if done.returncode == 0:
            return said
    if builder == "BuildKit":
        pytest.xfail(f"Aquí ninguna orden `docker` construye con BuildKit: {said[-200:]}")
    pytest.fail(said[-500:], pytrace=False)


def filled(folder: Path, files: dict[str, str]) -> Path:
    """Una carpeta con esos archivos."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize("builder", BUILDERS)
@pytest.mark.parametrize("ignored", IGNORED)
def test_dockerignore_leaves_out_the_same(
    engine_endpoint: Endpoint, engine_client: docker.DockerClient, tmp_path: Path, ignored: str, builder: str
) -> None:
    """El empaquetador de las celdas y los de la orden entienden igual cada patrón."""
    files = {**FILES, ".dockerignore": f"{ignored}\n"}
    built(engine_endpoint, filled(tmp_path, {**files, "Dockerfile": EVERYTHING}), builder)
    by_order = inside(engine_client)
    build(engine_client, EVERYTHING, files, TAG)
    assert by_order == inside(engine_client)


def inside(client: docker.DockerClient) -> set[str]:
    """Los archivos que llegaron a la imagen, menos el Dockerfile: la celda lo manda siempre, sin archivo."""
    found = client.containers.run(TAG, ["find", "/caja", "-type", "f"], remove=True, labels=LABELS)
    return set(found.decode().split()) - {"/caja/Dockerfile"}


def test_buildkit_asks_for_what_it_uses(engine_endpoint: Endpoint, tmp_path: Path) -> None:
    """De una carpeta con un archivo grande que no se nombra, viajan unos bytes; con `COPY .`, todo."""
    # comprueba: buildkit-pide-lo-que-usa
    folder = filled(tmp_path, {**FILES, "Dockerfile": f"FROM {base.NAME}\nCOPY index.html /\n"})
    (folder / "video.bin").write_bytes(os.urandom(3_000_000))
    little = sent(built(engine_endpoint, folder, "BuildKit"))
    (folder / "Dockerfile").write_text(EVERYTHING, encoding="utf-8")
    assert little < 100_000 < 3_000_000 <= sent(built(engine_endpoint, folder, "BuildKit"))


def sent(said: str) -> float:
    """Los bytes de contexto que dice haber mandado la orden."""
    return max(float(number) * UNITS[unit] for number, unit in SENT.findall(said))
