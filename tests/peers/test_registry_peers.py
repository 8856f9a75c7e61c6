"""El registro del curso, frente a otros que hablan la misma norma: `skopeo` y el registro de Debian."""

from __future__ import annotations

import json
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from muelle import distribution, owned
from muelle.distribution import Registry
from patience import PATIENCE, wait_until

Client = docker.DockerClient
NAME = "muelle-registro-de-prueba"


@pytest.fixture
def registry(engine_client: Client) -> Iterator[Registry]:
    owned.free_name(engine_client, NAME)
    started = distribution.start(engine_client, "muelle/base", NAME, owned.LABELS)
    yield started
    started.remove()
    forget(engine_client, started.address)


@pytest.fixture
def peer(tmp_path: Path, engine_client: Client) -> Iterator[str]:
    """La dirección de un registro de Debian, vacío."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    settings = tmp_path / "registro.yml"
    settings.write_text(
        "version: 0.1\n"
        f"storage: {{filesystem: {{rootdirectory: {tmp_path}/datos}}}}\n"
        f"http: {{addr: '{address}'}}\n"
    )
    process = subprocess.Popen(["docker-registry", "serve", str(settings)], stderr=subprocess.DEVNULL)
    wait_until(lambda: answers(address) or process.poll() is not None, "que el registro de Debian responda")
    assert process.poll() is None, "el registro de Debian no arranca"
    yield address
    process.terminate()
    process.wait()
    forget(engine_client, address)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://{address}/v2/", timeout=PATIENCE) as response:
            return bool(response.status == 200)
    except OSError:
        return False


def forget(client: Client, address: str) -> None:
    """Quita del motor los nombres que llevan a un registro."""
    for image in client.api.images(filters={"reference": f"{address}/*/*"}):
        for name in image["RepoTags"] or ():
            if name.startswith(address):
                client.api.remove_image(name)


def push(client: Client, address: str, name: str) -> str:
    reference = f"{address}/{name}"
    client.api.tag("muelle/base", *reference.rsplit(":", 1))
    distribution.push(client, reference)
    return reference


def copy(source: str, target: str) -> None:
    plain = ["--src-tls-verify=false", "--dest-tls-verify=false"]
    subprocess.run(
        ["skopeo", "--insecure-policy", "copy", *plain, source, target], check=True, capture_output=True
    )


def layers(client: Client, image: str) -> list[str]:
    return list(client.images.get(image).attrs["RootFS"]["Layers"])


def test_skopeo_reads_and_writes_ours(engine_client: Client, registry: Registry, tmp_path: Path) -> None:
    push(engine_client, registry.address, "equipo/app:v1")
    there, here = f"docker://{registry.address}/equipo", f"oci:{tmp_path}/imagen:v1"
    copy(f"{there}/app:v1", here)
    copy(here, f"{there}/otra:v1")
    reference = registry.reference("equipo/otra:v1")
    distribution.pull(engine_client, reference)
    assert layers(engine_client, reference) == layers(engine_client, "muelle/base")


def test_the_same_push_and_pull_work_with_debians(engine_client: Client, peer: str) -> None:
    reference = push(engine_client, peer, "equipo/app:v1")
    engine_client.api.remove_image(reference)
    distribution.pull(engine_client, reference)
    assert layers(engine_client, reference) == layers(engine_client, "muelle/base")


def test_an_image_goes_from_ours_to_debians_untouched(
    engine_client: Client, registry: Registry, peer: str
) -> None:
    push(engine_client, registry.address, "equipo/app:v1")
    digest = registry.tags()["equipo/app:v1"]
    copy(f"docker://{registry.address}/equipo/app@{digest}", f"docker://{peer}/equipo/app:v1")
    with urllib.request.urlopen(f"http://{peer}/v2/equipo/app/blobs/{_config(registry, digest)}") as response:
        assert response.read() == registry.read(_config(registry, digest))


def _config(registry: Registry, digest: str) -> str:
    return str(json.loads(registry.read(digest))["config"]["digest"])
