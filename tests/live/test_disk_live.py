"""El disco de un motor de verdad: los totales son los suyos, y lo que hay de cada uno, lo que se escribió."""

from __future__ import annotations

import re
from collections.abc import Iterator

import docker
import pytest

import muelle
from muelle import owned
from muelle.errors import MuelleError, NotFound

pytestmark = pytest.mark.live

IMAGE, NAME = "muelle/prueba-disco", "muelle-prueba-disco"
WRITTEN = 700_000


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    """Un motor con una imagen, un contenedor y un volumen del curso, de tamaño conocido."""
    client = muelle.connect()
    muelle.build(f"FROM muelle/base\nRUN head -c {WRITTEN} /dev/urandom > /g\n", tag=IMAGE)
    muelle.free_name(NAME)
    client.volumes.create(muelle.free_name(f"{NAME}-v"), labels=muelle.LABELS)
    client.containers.run(
        IMAGE,
        ["sh", "-c", f"head -c {WRITTEN} /dev/zero > /capa; head -c {WRITTEN} /dev/zero > /datos/v"],
        name=muelle.free_name(NAME),
        labels=muelle.LABELS,
        mounts=[docker.types.Mount("/datos", f"{NAME}-v")],
        detach=True,
    ).wait()
    yield client
    for name in (NAME, f"{NAME}-v", IMAGE):
        muelle.free_name(name)
    owned.clean(client)


def said(text: str, name: str) -> int:
    """Los bytes de una línea del diagrama en texto."""
    found = re.search(rf"^ *{re.escape(name)}: ([\d\u00a0]+)\u00a0B", text, re.MULTILINE)
    assert found, f"no está «{name}» en:\n{text}"
    return int(found[1].replace("\u00a0", ""))


def test_the_totals_are_those_of_the_engine(client: docker.DockerClient) -> None:
    told, text = client.df(), muelle.disk().plain()
    if "sin total" not in text:  # Podman 4.3 no lo da
        assert said(text, "Imágenes") == told["LayersSize"]
    assert said(text, "Contenedores") == sum(each.get("SizeRw") or 0 for each in told["Containers"])
    assert said(text, "Volúmenes") == sum(each["UsageData"]["Size"] for each in told["Volumes"])
    assert said(text, "Construcción") == sum(
        each["Size"] for each in told.get("BuildCache") or () if not each["Shared"]
    )
    assert said(text, NAME) >= WRITTEN


def test_what_is_only_of_an_image_is_what_goes_away_with_it(client: docker.DockerClient) -> None:
    own = said(muelle.disk().plain(), IMAGE)
    assert own >= WRITTEN
    before = client.df()["LayersSize"]
    client.containers.get(NAME).remove()
    client.images.remove(IMAGE)
    gone = before - client.df()["LayersSize"]
    assert gone >= own or before == 0  # Podman 4.3 no cuenta sus capas


def test_a_container_that_does_not_exist_is_one_sentence() -> None:
    with pytest.raises(NotFound, match="el contenedor no-existe"):
        muelle.mounts("no-existe")
    with pytest.raises(MuelleError):
        muelle.mounts("../a b")
