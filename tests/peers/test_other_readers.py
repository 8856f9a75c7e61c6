"""La misma imagen, leída por umoci, skopeo, buildah y Podman: un trabajo aparte, que necesita esos programas.

apt install umoci skopeo buildah podman
.venv/bin/python -m pytest tests/peers      # como root: ponen dueños y montan
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

import odd_layers
from archives import Item, docker_20, tar
from muelle.model import Contents, LayerFiles, names, stack
from muelle.model.extraction import Store, extracted
from muelle.sources import archive

OPTIONS: dict[str, Any] = {"format": tarfile.GNU_FORMAT, "errors": "surrogateescape"}
FEW = settings(
    max_examples=15,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="session", autouse=True)
def _programs() -> None:
    """Nunca se salta: si falta alguno, se dice cuál."""
    for name in ("umoci", "skopeo", "buildah", "podman"):
        if shutil.which(name) is None:
            pytest.fail(f"Falta {name}: apt install umoci skopeo buildah podman.", pytrace=False)
    if os.geteuid() != 0:
        pytest.fail("Estas pruebas se lanzan como root: extraen imágenes con sus dueños.", pytrace=False)


def run(*command: str, **more: str) -> str:
    """La salida de una orden; si falla, la prueba enseña lo que dijo."""
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **more}, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


def copied(folder: Path, layers: list[bytes]) -> Path:
    """La imagen como carpeta OCI, hecha por skopeo de un archivo de Docker."""
    saved = folder / "x.tar"
    saved.write_bytes(docker_20(layers))
    shutil.rmtree(folder / "oci", ignore_errors=True)
    run("skopeo", "copy", "--insecure-policy", f"docker-archive:{saved}", f"oci:{folder / 'oci'}:x")
    return folder / "oci"


def tree(layers: tuple[LayerFiles, ...]) -> dict[str, tuple[Any, ...]]:
    return odd_layers.in_stack(stack(layers))


@FEW
@given(odd_layers.layers())
def test_umoci_unpacks_what_we_stack(tmp_path: Path, layers: list[list[Item]]) -> None:
    """umoci extrae unas capas encima de otras: lo mismo que nuestra pila con `Store.MERGED`."""
    made = [tar(each, **OPTIONS) for each in layers]
    layout = copied(tmp_path, made)
    bundle = tmp_path / "bundle"
    shutil.rmtree(bundle, ignore_errors=True)
    run("umoci", "unpack", "--image", f"{layout}:x", str(bundle))
    (raw,) = archive.written([docker_20(made)], digests=True)
    assert tree(extracted(raw.layers, Store.MERGED)) == odd_layers.on_disk(bundle / "rootfs")


@FEW
@given(odd_layers.layers())
def test_skopeo_copies_are_the_same_image(tmp_path: Path, layers: list[list[Item]]) -> None:
    """Lo que skopeo copia a una carpeta OCI, y de ahí a un archivo, dice lo mismo que el original."""
    made = [tar(each, **OPTIONS) for each in layers]
    layout = copied(tmp_path, made)
    (first,) = archive.read([docker_20(made)])
    (second,) = archive.read_file(layout)
    back = tmp_path / "vuelta.tar"
    back.unlink(missing_ok=True)
    run("skopeo", "copy", "--insecure-policy", f"oci:{layout}:x", f"docker-archive:{back}:x/y:1")
    (third,) = archive.read_file(back)
    assert facts(first) == facts(second) == facts(third)
    told = json.loads(run("skopeo", "inspect", f"oci:{layout}:x"))
    assert told["Layers"] == [layer.digest for layer in second.image.layers]
    raw = json.loads(run("skopeo", "inspect", "--raw", f"oci:{layout}:x"))
    assert [each["size"] for each in raw["layers"]] == [layer.blob_size for layer in second.image.layers]
    assert (told["Os"], told["Architecture"]) == (second.image.os, second.image.architecture)


def facts(found: Contents) -> list[Any]:
    """Lo que no depende de cómo viaje."""
    parts = [[layer.diff_id, layer.entries, layer.whiteouts, layer.opaque] for layer in found.layers]
    return [*parts, found.image.history, found.image.env, found.image.labels]


STORES = [("vfs", Store.MERGED), ("overlay", Store.OVERLAY)]
"""Los mismos bytes, en dos almacenes: vfs sigue los enlaces de debajo y overlay los tapa."""


def odd() -> list[bytes]:
    """Tres capas que dan árboles distintos en cada almacén."""
    above = [Item("e1/nuevo", data=b"n" * 20), Item("e2/.wh.viejo"), Item("caf\udce9", data=b"1")]
    layers = [odd_layers.BOTTOM, above, [Item("c2", data=b"ya no es carpeta")]]
    return [tar(each, **OPTIONS) for each in layers]


@pytest.fixture
def short() -> Iterator[Path]:
    """Una carpeta de nombre corto: Podman no admite otro para la suya."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        yield Path(name)


def store(program: str, driver: str, folder: Path) -> tuple[str, ...]:
    """El comienzo de una orden que guarda lo suyo en esa carpeta."""
    places = ("--root", str(folder / "s"), "--runroot", str(folder / "r"))
    return (program, "--storage-driver", driver, *places)


@pytest.mark.parametrize(("driver", "how"), STORES)
def test_buildah_mounts_what_we_stack(tmp_path: Path, driver: str, how: Store) -> None:
    layers = odd()
    buildah = store("buildah", driver, tmp_path)
    name = run(*buildah, "from", "--pull", f"oci:{copied(tmp_path, layers)}:x").strip()
    try:
        root = Path(run(*buildah, "mount", name).strip())
        (raw,) = archive.written([docker_20(layers)], digests=True)
        assert tree(extracted(raw.layers, how)) == odd_layers.on_disk(root)
    finally:
        run(*buildah, "umount", name)
        run(*buildah, "rm", name)


@pytest.mark.parametrize(("driver", "how"), STORES)
def test_podman_loads_what_we_read(tmp_path: Path, short: Path, driver: str, how: Store) -> None:
    """El árbol, las capas, la configuración y el historial; el nombre, con el `localhost/` de Podman."""
    podman = store("podman", driver, short)
    saved = tmp_path / "x.tar"
    saved.write_bytes(docker_20(odd(), "x/y:1"))
    (raw,) = archive.written([saved.read_bytes()], digests=True)
    run(*podman, "load", "--input", str(saved))
    try:
        root = Path(run(*podman, "image", "mount", "x/y:1").strip())
        assert tree(extracted(raw.layers, how)) == odd_layers.on_disk(root)
        (told,) = json.loads(run(*podman, "image", "inspect", "x/y:1"))
        assert all(names(name, "x/y:1") for name in told["NamesHistory"])
        assert raw.image.tags == ("x/y:1",) and raw.image.id == f"sha256:{told['Id']}"
        assert told["RootFS"]["Layers"] == [layer.diff_id for layer in raw.image.layers]
        assert told["Labels"] == dict(raw.image.labels)
        assert [row["created_by"] for row in told["History"]] == [row.created_by for row in raw.image.history]
    finally:
        run(*podman, "image", "umount", "x/y:1")
        run(*podman, "rmi", "x/y:1")
