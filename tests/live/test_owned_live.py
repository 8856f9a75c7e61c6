"""Lo que el curso crea se quita, y lo ajeno queda como estaba, en un motor de verdad."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import docker
import pytest

from muelle import base, builder, owned
from muelle.engine import Endpoint, connect
from muelle.errors import MuelleError, NameTaken
from patience import wait_until

pytestmark = pytest.mark.live

TAG = "muelle-prueba-owned:1"
DOCKERFILE = 'FROM muelle/base\nENV A=1\nRUN echo hola > /hola && echo escrito\nCMD ["sh"]\n'


@pytest.fixture
def client() -> Iterator[docker.DockerClient]:
    client = connect()
    yield client
    owned.clean(client)


@pytest.fixture
def foreign(client: docker.DockerClient) -> Iterator[dict[str, str]]:
    """Cosas de la persona: sin la LABEL del curso, una de ellas hecha con la imagen base."""
    api = client.api
    names = {kind: f"ajeno-{kind}" for kind in ("network", "volume", "running", "stopped", "image")}
    network = api.create_network(names["network"], check_duplicate=True)["Id"]
    api.create_volume(names["volume"])
    client.containers.run(base.NAME, ["sleep", "300"], name=names["running"], detach=True, init=True)
    stopped = client.containers.run(
        base.NAME, "true", name=names["stopped"], labels={"muelle": "0"}, detach=True
    )
    stopped.wait()
    # Podman pasa antes por «stopped».
    wait_until(lambda: stopped.reload() or stopped.status == "exited", "termina el contenedor ajeno")
    builder.build(client, "FROM muelle/base\nENV AJENO=1\n", tag=names["image"], labels={})
    yield names
    removals = (
        lambda: api.remove_container(names["running"], force=True),
        lambda: api.remove_container(names["stopped"]),
        lambda: api.remove_image(names["image"]),
        lambda: api.remove_network(network),
        lambda: api.remove_volume(names["volume"]),
    )
    for remove in removals:
        with suppress(docker.errors.NotFound):
            remove()


def snapshot(client: docker.DockerClient, names: dict[str, str]) -> list[Any]:
    """Todo lo que el motor dice de lo ajeno."""
    api = client.api
    return [
        api.inspect_network(names["network"]),
        api.inspect_volume(names["volume"]),
        api.inspect_container(names["running"]),
        api.inspect_container(names["stopped"]),
        api.inspect_image(names["image"]),
        api.inspect_image(base.NAME),
    ]


def test_cleanup_removes_ours_and_leaves_the_rest_alone(
    client: docker.DockerClient, foreign: dict[str, str]
) -> None:
    owned.clean(client)
    builder.build(client, DOCKERFILE, tag=TAG)
    builder.build(client, DOCKERFILE.replace("hola", "otra"), tag=TAG)  # la primera queda sin nombre
    client.containers.run(TAG, "true", labels=owned.LABELS, detach=True)
    client.containers.run(base.NAME, ["sleep", "300"], labels=owned.LABELS, detach=True)
    client.networks.create("muelle-prueba-red", labels=owned.LABELS)
    client.volumes.create("muelle-prueba-vol", labels=owned.LABELS)
    before = snapshot(client, foreign)
    cleaned = owned.clean(client)
    assert (cleaned.containers, cleaned.networks, cleaned.volumes) == (2, 1, 1)
    assert cleaned.images == 2 and cleaned.kept == ()
    assert owned.mine(client) == owned.Mine()
    assert snapshot(client, foreign) == before


def test_an_image_made_with_another_is_cleaned_up(client: docker.DockerClient) -> None:
    """Podman se niega a quitar la de abajo mientras exista la de arriba: da igual en qué orden salgan."""
    for under, tag in (("muelle/base", "muelle-prueba-a"), ("muelle-prueba-a", "muelle-prueba-b")):
        builder.build(client, f"FROM {under}\nENV DE={tag}\nRUN echo {tag} > /{tag}\n", tag=tag)
    assert owned.clean(client).kept == ()
    assert owned.mine(client) == owned.Mine()


def test_what_cannot_be_removed_is_said(client: docker.DockerClient) -> None:
    """Una red del curso con un contenedor ajeno dentro se queda, y el resto se quita."""
    network = client.networks.create("muelle-prueba-red", labels=owned.LABELS)
    guest = client.containers.run(base.NAME, ["sleep", "300"], network=network.name, detach=True, init=True)
    try:
        client.volumes.create("muelle-prueba-vol", labels=owned.LABELS)
        cleaned = owned.clean(client)
        assert cleaned.volumes == 1 and cleaned.networks == 0
        assert len(cleaned.kept) == 1 and "la red «muelle-prueba-red»" in cleaned.kept[0]
        assert guest.name in cleaned.kept[0]
        assert guest.id in {each.id for each in client.containers.list()}
    finally:
        guest.remove(force=True)


def test_steps_say_what_came_from_the_cache(client: docker.DockerClient) -> None:
    first = builder.build(client, DOCKERFILE, tag=TAG)
    second = builder.build(client, DOCKERFILE, tag=TAG)
    assert [each.instruction.split()[0] for each in first.steps[:4]] == ["FROM", "ENV", "RUN", "CMD"]
    assert first.steps[2].output == ("escrito",) and not first.steps[2].cached
    assert all(each.cached for each in second.steps[1:4])
    assert second.image_id == client.api.inspect_image(TAG)["Id"]


def test_the_image_carries_our_label(client: docker.DockerClient) -> None:
    builder.build(client, DOCKERFILE, tag=TAG)
    assert client.api.inspect_image(TAG)["Config"]["Labels"]["muelle"] == "1"


@pytest.mark.parametrize(
    ("dockerfile", "said"),
    [
        ("FROM muelle/base\nRUN echo uno > /u && echo antes && false\n", "Falló el paso 2 .*antes"),
        ("FROM muelle/base\nCOPY no-esta /\n", "Falló el paso 2"),
        ("FROM muelle/base\nRUM x\n", "RUM"),
        ("FROM muelle-no-existe-xyz\n", "«muelle-no-existe-xyz» en"),
        ("FROM --platform=nada muelle/base AS x\n", "«muelle/base» para esa plataforma"),
        ("", "Dockerfile"),
    ],
)
def test_a_bad_dockerfile_is_one_sentence_and_leaves_nothing(
    client: docker.DockerClient, dockerfile: str, said: str
) -> None:
    before = {each["Id"] for each in client.api.images(all=True)}
    with pytest.raises(builder.BuildFailed, match=said) as caught:
        builder.build(client, dockerfile, tag=TAG)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 600
    assert {each["Id"] for each in client.api.images(all=True)} == before


def test_a_build_that_fails_half_way_leaves_no_images(client: docker.DockerClient) -> None:
    before = {each["Id"] for each in client.api.images(all=True)}
    with pytest.raises(builder.BuildFailed) as caught:
        builder.build(
            client, "FROM muelle/base\nRUN echo 1 > /medias-1\nRUN echo 2 > /medias-2\nRUN exit 3\n"
        )
    assert len(caught.value.steps) == 4
    assert {each["Id"] for each in client.api.images(all=True)} == before


def test_a_name_of_ours_is_freed(client: docker.DockerClient) -> None:
    name = "muelle-prueba-nombre"
    for _ in range(2):
        assert owned.free_name(client, name) == name
        client.containers.run(base.NAME, ["sleep", "300"], name=name, labels=owned.LABELS, detach=True)
    owned.free_name(client, name)
    builder.build(client, DOCKERFILE, tag=name)
    client.networks.create(name, labels=owned.LABELS)
    owned.free_name(client, name)
    assert owned.mine(client) == owned.Mine()


@pytest.mark.parametrize("kind", ["running", "stopped", "image", "network", "volume"])
def test_a_foreign_name_is_untouched(client: docker.DockerClient, foreign: dict[str, str], kind: str) -> None:
    before = snapshot(client, foreign)
    with pytest.raises(NameTaken, match=foreign[kind]):
        owned.free_name(client, foreign[kind])
    assert snapshot(client, foreign) == before


def test_a_similar_name_does_not_count(client: docker.DockerClient, foreign: dict[str, str]) -> None:
    """El motor busca por comienzo de nombre y de identificador; el curso, solo por el nombre entero."""
    identifier = client.api.inspect_container(foreign["running"])["Id"]
    for name in (foreign["running"][:-1], foreign["volume"][:-1], identifier[:12]):
        assert owned.free_name(client, name) == name
    assert client.api.inspect_container(foreign["running"])["State"]["Running"]


def test_an_absent_engine_is_one_sentence() -> None:
    client = docker.DockerClient(base_url="unix:///no/existe.sock", version="1.41")
    for action in (lambda: owned.clean(client), lambda: owned.free_name(client, "x")):
        with pytest.raises(MuelleError, match="No hay ningún motor"):
            action()


def test_the_same_name_freed_by_several_at_once(engine_endpoint: Endpoint) -> None:
    """Dos órdenes a la vez: la que llega tarde espera a que la otra termine de quitar el contenedor."""
    clients = [engine_endpoint.client() for _ in range(4)]
    clients[0].containers.run(
        base.NAME, ["sleep", "300"], name="muelle-a-la-vez", detach=True, labels=owned.LABELS
    )
    with ThreadPoolExecutor(len(clients)) as pool:
        done = list(pool.map(lambda each: owned.free_name(each, "muelle-a-la-vez"), clients))
    assert done == ["muelle-a-la-vez"] * len(clients)
    left = clients[0].api.containers(all=True, filters={"name": "muelle-a-la-vez"})
    for client in clients:
        client.close()
    assert left == []


def test_the_name_of_a_volume_in_use_is_freed(engine_client: docker.DockerClient) -> None:
    """Otro capítulo pudo dejar en marcha un contenedor del curso que lo monta: se va con él."""
    name = "muelle-volumen-en-uso"
    engine_client.volumes.create(owned.free_name(engine_client, name), labels=owned.LABELS)
    mounts = {name: {"bind": "/datos", "mode": "rw"}}
    command = ["sleep", "300"]
    user = engine_client.containers.run(
        base.NAME, command, volumes=mounts, labels=owned.LABELS, detach=True, init=True
    )
    assert owned.free_name(engine_client, name) == name
    assert user.id not in {each.id for each in engine_client.containers.list(all=True)}
    assert name not in {each.name for each in engine_client.volumes.list()}


def test_a_volume_that_a_foreign_container_mounts_stays(engine_client: docker.DockerClient) -> None:
    name = "muelle-volumen-ajeno"
    engine_client.volumes.create(owned.free_name(engine_client, name), labels=owned.LABELS)
    mounts = {name: {"bind": "/datos", "mode": "rw"}}
    foreign = engine_client.containers.create(base.NAME, ["true"], volumes=mounts)
    try:
        with pytest.raises(NameTaken, match="que no es del curso"):
            owned.free_name(engine_client, name)
        foreign.reload()
        assert name in {each.name for each in engine_client.volumes.list()}
    finally:
        foreign.remove(force=True)
        owned.free_name(engine_client, name)
