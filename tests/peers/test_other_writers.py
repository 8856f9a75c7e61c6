"""Imágenes que escriben umoci y buildah, leídas por nosotros: el árbol es el que ellos montan.

apt install umoci buildah
.venv/bin/python -m pytest tests/peers/test_other_writers.py      # como root: ponen dueños y montan
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

import odd_layers
from muelle.model import Contents, stack
from muelle.sources import archive


@pytest.fixture(scope="session", autouse=True)
def _programs() -> None:
    """Nunca se salta: si falta alguno, se dice cuál."""
    for name in ("umoci", "buildah"):
        if shutil.which(name) is None:
            pytest.fail(f"Falta {name}: apt install umoci buildah.", pytrace=False)


def run(*command: str) -> str:
    """La salida de una orden; si falla, la prueba enseña lo que dijo."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout


def first(root: Path) -> None:
    """Lo que hay en la primera capa."""
    (root / "pan").mkdir(mode=0o750)
    (root / "pan" / "miga").write_bytes(b"m" * 700)
    (root / "pan" / "corteza").write_bytes(b"c" * 900)
    (root / "enlace").symlink_to("pan")
    (root / "viejo").mkdir()
    (root / "viejo" / "dentro").write_text("se irá entero")
    os.link(root / "pan" / "miga", root / "otra-miga")
    os.chown(root / "pan" / "corteza", 1000, 1001)


def second(root: Path) -> None:
    """Encima: uno cambia, otro se borra, una carpeta se sustituye y llega un nombre con espacio y eñe."""
    (root / "pan" / "corteza").write_bytes(b"C" * 901)  # con el mismo tamaño y segundo, vfs no lo ve cambiar
    (root / "otra-miga").unlink()
    shutil.rmtree(root / "viejo")
    (root / "viejo").write_text("ahora es un archivo")
    (root / "mañana y tarde").write_bytes(b"x" * 10)


def tree(found: Contents) -> dict[str, tuple[Any, ...]]:
    return odd_layers.in_stack(stack(found.layers))


def test_what_umoci_writes(tmp_path: Path) -> None:
    layout, bundle = tmp_path / "oci", tmp_path / "bundle"
    run("umoci", "init", "--layout", str(layout))
    run("umoci", "new", "--image", f"{layout}:x")
    run("umoci", "unpack", "--image", f"{layout}:x", str(bundle))
    for change in (first, second):
        change(bundle / "rootfs")
        run("umoci", "repack", "--refresh-bundle", "--image", f"{layout}:x", str(bundle))
    run("umoci", "config", "--image", f"{layout}:x", "--config.env", "CASA=de comidas")
    shutil.rmtree(bundle)
    run("umoci", "unpack", "--image", f"{layout}:x", str(bundle))
    (raw,) = archive.read_file(layout, digests=True)
    told = json.loads(run("umoci", "stat", "--json", "--image", f"{layout}:x"))
    assert tree(raw) == odd_layers.on_disk(bundle / "rootfs")
    assert [layer.digest for layer in raw.image.layers] == [
        row["layer"]["digest"] for row in told["history"] if row["layer"]
    ]
    assert raw.image.env == ("CASA=de comidas",)


@pytest.mark.parametrize("kind", ["oci", "oci-archive", "docker-archive"])
def test_what_buildah_writes(tmp_path: Path, kind: str) -> None:
    places = ("--root", str(tmp_path / "s"), "--runroot", str(tmp_path / "r"))
    buildah = ("buildah", "--storage-driver", "vfs", *places)
    below = "scratch"
    for number, change in enumerate((first, second)):
        name = run(*buildah, "from", "--pull-never", below).strip()
        change(Path(run(*buildah, "mount", name).strip()))
        run(*buildah, "config", "--label", f"paso={number}", name)
        below = f"localhost/horno:{number}"
        run(*buildah, "commit", name, below)
    target = tmp_path / "horno"
    run(*buildah, "push", below, f"{kind}:{target}:horno:2")
    (raw,) = archive.read_file(target, digests=True)
    told = json.loads(run(*buildah, "inspect", "--type", "image", below))
    assert tree(raw) == odd_layers.on_disk(Path(run(*buildah, "mount", name).strip()))
    assert [layer.diff_id for layer in raw.image.layers] == told["OCIv1"]["rootfs"]["diff_ids"]
    assert dict(raw.image.labels)["paso"] == "1"
    run(*buildah, "umount", "--all")
    run(*buildah, "rm", "--all")


def test_who_refers_to_an_image_is_no_image(tmp_path: Path) -> None:
    """Firmas y listas de materiales de la OCI 1.1, con `subject`, junto a la imagen que escribe umoci."""
    layout = tmp_path / "oci"
    run("umoci", "init", "--layout", str(layout))
    run("umoci", "new", "--image", f"{layout}:x")
    index = json.loads((layout / "index.json").read_text())
    (image,) = index["manifests"]
    empty = _stored(layout, b"{}") | {"mediaType": "application/vnd.oci.empty.v1+json"}
    for kind in ("application/vnd.dev.sigstore.bundle.v0.3+json", "application/spdx+json"):
        manifest = {
            "schemaVersion": 2,
            "mediaType": image["mediaType"],
            "artifactType": kind,
            "config": empty,
            "layers": [_stored(layout, b'{"firma": 1}') | {"mediaType": kind}],
            "subject": {key: image[key] for key in ("mediaType", "digest", "size")},
        }
        data = json.dumps(manifest).encode()
        index["manifests"].append(
            _stored(layout, data) | {"mediaType": image["mediaType"], "artifactType": kind}
        )
    (layout / "index.json").write_text(json.dumps(index))
    (found,) = archive.read_file(layout)
    assert found.image.tags == ("x",) and found.image.layers == ()


def _stored(layout: Path, data: bytes) -> dict[str, Any]:
    """Guarda un blob en la carpeta y dice lo que un descriptor dice de él."""
    digest = hashlib.sha256(data).hexdigest()
    (layout / "blobs" / "sha256" / digest).write_bytes(data)
    return {"digest": f"sha256:{digest}", "size": len(data)}
