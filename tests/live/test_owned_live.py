"""Lo que el curso crea se quita, y lo ajeno queda como estaba, en un motor de verdad."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import docker
import pytest

from muelle import base, owned
from muelle.engine import Endpoint, connect
from muelle.errors import MuelleError, NameTaken

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
    """Cosas de la persona: sin la etiqueta del curso, una de ellas hecha con la imagen base."""
    api = client.api
    names = {kind: f"ajeno-{kind}" for kind in ("network", "volume", "running", "stopped", "image")}
    network = api.create_network(names["network"], check_duplicate=True)["Id"]
    api.create_volume(names["volume"])
    client.containers.run(base.NAME, ["sleep", "300"], name=names["running"], detach=True, init=True)
    stopped = client.containers.run(
        base.NAME, "true", name=names["stopped"], labels={"muelle": "0"}, detach=True
    )
    stopped.wait()
    deadline = time.monotonic() + 10
    while stopped.status != "exited" and time.monotonic() < deadline:  # Podman pasa antes por «stopped»
        time.sleep(0.1)
        stopped.reload()
    owned.build(client, "FROM muelle/base\nENV AJENO=1\n", tag=names["image"], labels={})
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


def test_limpiar_quita_lo_del_curso_y_deja_lo_ajeno_igual(
    client: docker.DockerClient, foreign: dict[str, str]
) -> None:
    owned.clean(client)
    owned.build(client, DOCKERFILE, tag=TAG)
    owned.build(client, DOCKERFILE.replace("hola", "otra"), tag=TAG)  # la primera queda sin nombre
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


def test_se_limpia_una_imagen_hecha_con_otra(client: docker.DockerClient) -> None:
    """Podman se niega a quitar la de abajo mientras exista la de arriba: da igual en qué orden salgan."""
    for under, tag in (("muelle/base", "muelle-prueba-a"), ("muelle-prueba-a", "muelle-prueba-b")):
        owned.build(client, f"FROM {under}\nENV DE={tag}\nRUN echo {tag} > /{tag}\n", tag=tag)
    assert owned.clean(client).kept == ()
    assert owned.mine(client) == owned.Mine()


def test_lo_que_no_se_puede_quitar_se_dice(client: docker.DockerClient) -> None:
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


def test_los_pasos_dicen_que_salio_de_la_cache(client: docker.DockerClient) -> None:
    first = owned.build(client, DOCKERFILE, tag=TAG)
    second = owned.build(client, DOCKERFILE, tag=TAG)
    assert [each.instruction.split()[0] for each in first.steps[:4]] == ["FROM", "ENV", "RUN", "CMD"]
    assert first.steps[2].output == ("escrito",) and not first.steps[2].cached
    assert all(each.cached for each in second.steps[1:4])
    assert second.image_id == client.api.inspect_image(TAG)["Id"]


def test_la_imagen_lleva_la_etiqueta_del_curso(client: docker.DockerClient) -> None:
    owned.build(client, DOCKERFILE, tag=TAG)
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
def test_un_dockerfile_malo_es_una_frase_y_no_deja_nada(
    client: docker.DockerClient, dockerfile: str, said: str
) -> None:
    before = {each["Id"] for each in client.api.images(all=True)}
    with pytest.raises(owned.BuildFailed, match=said) as caught:
        owned.build(client, dockerfile, tag=TAG)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 600
    assert {each["Id"] for each in client.api.images(all=True)} == before


def test_una_construccion_que_falla_a_medias_no_deja_imagenes(client: docker.DockerClient) -> None:
    before = {each["Id"] for each in client.api.images(all=True)}
    with pytest.raises(owned.BuildFailed) as caught:
        owned.build(client, "FROM muelle/base\nRUN echo 1 > /medias-1\nRUN echo 2 > /medias-2\nRUN exit 3\n")
    assert len(caught.value.steps) == 4
    assert {each["Id"] for each in client.api.images(all=True)} == before


def test_un_nombre_del_curso_se_libera(client: docker.DockerClient) -> None:
    name = "muelle-prueba-nombre"
    for _ in range(2):
        assert owned.free_name(client, name) == name
        client.containers.run(base.NAME, ["sleep", "300"], name=name, labels=owned.LABELS, detach=True)
    owned.free_name(client, name)
    owned.build(client, DOCKERFILE, tag=name)
    client.networks.create(name, labels=owned.LABELS)
    owned.free_name(client, name)
    assert owned.mine(client) == owned.Mine()


@pytest.mark.parametrize("kind", ["running", "stopped", "image", "network", "volume"])
def test_un_nombre_ajeno_no_se_toca(client: docker.DockerClient, foreign: dict[str, str], kind: str) -> None:
    before = snapshot(client, foreign)
    with pytest.raises(NameTaken, match=foreign[kind]):
        owned.free_name(client, foreign[kind])
    assert snapshot(client, foreign) == before


def test_un_nombre_parecido_no_cuenta(client: docker.DockerClient, foreign: dict[str, str]) -> None:
    """El motor busca por comienzo de nombre y de identificador; el curso, solo por el nombre entero."""
    identifier = client.api.inspect_container(foreign["running"])["Id"]
    for name in (foreign["running"][:-1], foreign["volume"][:-1], identifier[:12]):
        assert owned.free_name(client, name) == name
    assert client.api.inspect_container(foreign["running"])["State"]["Running"]


def test_un_motor_que_no_esta_es_una_frase() -> None:
    client = docker.DockerClient(base_url="unix:///no/existe.sock", version="1.41")
    for action in (lambda: owned.clean(client), lambda: owned.free_name(client, "x")):
        with pytest.raises(MuelleError, match="dejó de responder"):
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
