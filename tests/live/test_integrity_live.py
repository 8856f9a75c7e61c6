"""Cuándo comprueba el motor la huella de una capa: lo que el libro dice del que la cambia desde fuera."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import docker
import pytest
from docker.errors import APIError

from muelle import builder, owned

pytestmark = pytest.mark.live

TAG, FILE = "muelle/integridad", "uso.txt"
HOST = "/anfitrion"

Run = Callable[..., bytes]


@pytest.fixture
def run(engine_client: docker.DockerClient) -> Iterator[Run]:
    """Ejecuta un guion en un contenedor que ve el disco del anfitrión en `HOST`, y da lo que escribe."""
    builder.build(engine_client, f"FROM muelle/base\nRUN echo original > /{FILE}\n", tag=TAG)

    def execute(script: str, image: str = "muelle/base") -> bytes:
        said: bytes = engine_client.containers.run(
            image,
            ["sh", "-c", script],
            volumes={"/": {"bind": HOST, "mode": "rw"}},
            remove=True,
            labels=owned.LABELS,
        )
        return said

    yield execute
    owned.free_name(engine_client, TAG)


def unpacked(client: docker.DockerClient, run: Run) -> str:
    """La carpeta del anfitrión con la capa de arriba desempaquetada.

    La dice `inspect` o, con el almacén de containerd, el montaje de un contenedor: entre las carpetas que
    apila, la que tiene el archivo.
    """
    data = (client.api.inspect_image(TAG).get("GraphDriver") or {}).get("Data") or {}
    if folder := data.get("UpperDir"):
        return str(folder)
    mounts = [line.split() for line in run("cat /proc/mounts", TAG).decode().splitlines()]
    options = next(mount[3] for mount in mounts if mount[1] == "/")
    stacked = options.partition("lowerdir=")[2].partition(",")[0].split(":")
    look = f"for each in {' '.join(stacked)}; do test -f {HOST}$each/{FILE} && echo $each; done; true"
    return run(look).decode().strip()


def packed(client: docker.DockerClient) -> bytes:
    """Lo que da `docker save` de la imagen, o nada si se niega."""
    try:
        return b"".join(client.api.get_image(TAG))
    except (APIError, OSError):
        return b""


def test_the_hash_is_not_checked_when_running(engine_client: docker.DockerClient, run: Run) -> None:
    """Se cambia un archivo de la capa desde el anfitrión: el contenedor lo ve; `save` no lo empaqueta."""
    # comprueba: huella-no-al-ejecutar
    folder = unpacked(engine_client, run)
    assert folder, "no se sabe dónde desempaqueta las capas este motor"
    assert run(f"cat /{FILE}", TAG) == b"original\n"
    before = packed(engine_client)
    assert b"original" in before
    run(f"echo cambiado > {HOST}{folder}/{FILE}")
    assert run(f"cat /{FILE}", TAG) == b"cambiado\n"
    after = packed(engine_client)
    keeps_blobs = "io.containerd.snapshotter.v1" in str(engine_client.info().get("DriverStatus"))
    assert (b"original" in after) is keeps_blobs
    assert b"cambiado" not in after
