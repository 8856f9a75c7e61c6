"""La imagen base en un motor de verdad."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator
from contextlib import suppress

import docker
import pytest

from muelle import base
from muelle.engine import connect
from muelle.errors import NameTaken

pytestmark = pytest.mark.live

Said = Callable[[docker.DockerClient, str, list[str]], str]


@pytest.fixture
def client() -> docker.DockerClient:
    return connect()


def small_tar() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        info = tarfile.TarInfo("x")
        info.size = 1
        tar.addfile(info, io.BytesIO(b"x"))
    return buffer.getvalue()


@pytest.fixture
def without_base(client: docker.DockerClient) -> Iterator[docker.DockerClient]:
    """El nombre muelle/base, libre un momento; después vuelve a ser la base."""
    client.api.tag(base.NAME, "muelle-prueba-base-guardada", force=True)
    client.api.remove_image(base.TAG)
    yield client
    client.api.tag("muelle-prueba-base-guardada", base.NAME, force=True)
    client.api.remove_image("muelle-prueba-base-guardada")


def test_diff_ids_are_those_of_the_archive(client: docker.DockerClient) -> None:
    image = client.api.inspect_image(base.NAME)
    assert tuple(image["RootFS"]["Layers"]) == base.diff_ids(client.version()["Arch"])


def test_the_greeting_comes_from_the_third_layer(client: docker.DockerClient, said: Said) -> None:
    text = said(client, base.NAME, ["saludo"])
    assert text.startswith("Hola desde muelle/base.") and "PID:        1" in text


def test_it_serves_a_page(client: docker.DockerClient, said: Said) -> None:
    script = "servir 8080 & for i in 1 2 3 4 5; do wget -qO- 127.0.0.1:8080 && exit; sleep 0.3; done"
    assert "Hola desde un contenedor" in said(client, base.NAME, ["sh", "-c", script])


def test_it_is_loaded_only_when_missing(without_base: docker.DockerClient) -> None:
    base.ensure(without_base)
    asked: list[str] = []
    without_base.api.hooks["response"].append(lambda answer, **_: asked.append(answer.request.method))
    base.ensure(without_base)
    assert asked and "POST" not in asked
    assert without_base.api.inspect_image(base.NAME)["Config"]["Labels"] == {"muelle.base": "1"}


def test_an_older_version_is_replaced_by_the_current_one(without_base: docker.DockerClient) -> None:
    without_base.api.import_image_from_data(
        small_tar(), repository=base.NAME, tag="latest", changes=["LABEL muelle.base=1"]
    )
    old = without_base.api.inspect_image(base.NAME)["Id"]
    try:
        base.ensure(without_base)
        layers = tuple(without_base.api.inspect_image(base.NAME)["RootFS"]["Layers"])
        assert layers == base.diff_ids(without_base.version()["Arch"])
    finally:
        # El almacén de containerd ya la quitó: no guarda una imagen que se queda sin nombre.
        with suppress(docker.errors.APIError):
            without_base.api.remove_image(old, force=True)


def test_a_foreign_image_with_that_name_is_untouched(without_base: docker.DockerClient) -> None:
    without_base.api.import_image_from_data(small_tar(), repository=base.NAME, tag="latest")
    before = without_base.api.inspect_image(base.NAME)
    try:
        with pytest.raises(NameTaken, match="muelle/base"):
            base.ensure(without_base)
        assert without_base.api.inspect_image(base.NAME) == before
    finally:
        without_base.api.remove_image(before["Id"], force=True)
