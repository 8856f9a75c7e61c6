"""El guardián ante peticiones que el motor leería de otra manera que él."""

from __future__ import annotations

import contextlib
import io
import secrets
import socket
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest
from docker.errors import APIError, BuildError, ImageNotFound

from muelle import base
from muelle.builder import build
from muelle.engine import Endpoint
from muelle.grading.guard import LABEL, Guard, policy_for
from muelle.grading.leftovers import clean, clean_steps, images
from patience import PATIENCE, wait_until
from told import is_podman

pytestmark = pytest.mark.live

STUDENT = "prueba-guardian"
FOREIGN = "muelle-prueba-guardian-ajeno"
FOREIGN_IMAGE = "muelle/prueba-guardian-ajena:1"
OWN_IMAGE = "muelle/prueba-guardian-mia:1"

Ask = Callable[[str], bytes]


@pytest.fixture
def place() -> Iterator[Path]:
    """Dónde escucha el guardián: las rutas de los sockets son cortas."""
    with tempfile.TemporaryDirectory(prefix="muelle-") as folder:
        yield Path(folder) / "motor.sock"


@pytest.fixture
def guard(place: Path, engine_endpoint: Endpoint, engine_client: docker.DockerClient) -> Iterator[Guard]:
    with Guard(place, engine_endpoint.connect, policy_for(engine_client, STUDENT)) as guard:
        yield guard


@pytest.fixture
def ask(guard: Guard, place: Path) -> Ask:
    """Manda al guardián unos bytes tal cual y devuelve lo que responde."""
    assert not guard.denied

    def ask(text: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(PATIENCE)
            connection.connect(str(place))
            connection.sendall(text.encode())
            answer = b""
            while piece := connection.recv(4096):
                answer += piece
            return answer

    return ask


@pytest.fixture
def foreign(engine_client: docker.DockerClient) -> Iterator[str]:
    """Un contenedor que no es del cuaderno."""
    container = engine_client.containers.create(base.NAME, ["true"], name=FOREIGN, labels={"obra": "ajena"})
    yield FOREIGN
    with contextlib.suppress(APIError):
        container.remove(force=True)


@pytest.fixture
def two_images(engine_client: docker.DockerClient) -> Iterator[tuple[str, str]]:
    """Una imagen ajena y una del cuaderno, distintas."""
    build(engine_client, f"FROM {base.NAME}\nLABEL obra=ajena", tag=FOREIGN_IMAGE)
    build(engine_client, f"FROM {base.NAME}\nLABEL {LABEL}={STUDENT}", tag=OWN_IMAGE)
    yield FOREIGN_IMAGE, OWN_IMAGE
    for name in (FOREIGN_IMAGE, OWN_IMAGE):
        with contextlib.suppress(APIError):
            engine_client.api.remove_image(name, force=True)


@pytest.mark.parametrize("gap", ["\n\n", "\r\n\n", "\n\r\n"], ids=repr)
def test_a_second_request_does_not_slip_inside_a_header(
    ask: Ask, engine_client: docker.DockerClient, foreign: str, gap: str
) -> None:
    """Para el motor un salto de línea suelto también cuenta: tras él leería otra petición, sin juzgar."""
    answer = ask(
        f"GET /_ping HTTP/1.1\r\nHost: x\r\nX: a{gap}"
        f"DELETE /containers/{foreign}?force=1 HTTP/1.1\nHost: x\r\nConnection: close\r\n\r\n"
    )
    assert engine_client.containers.get(foreign), answer


def test_a_form_does_not_replace_what_was_judged(
    ask: Ask, engine_client: docker.DockerClient, two_images: tuple[str, str]
) -> None:
    """Los campos de un formulario mandan en el motor sobre la consulta, que es lo que se juzga."""
    foreign, own = two_images
    before = engine_client.api.inspect_image(foreign)["Id"]
    name, _, tag = foreign.partition(":")
    form = f"repo={name}&tag={tag}"
    answer = ask(
        f"POST /images/{own}/tag?repo=muelle/prueba-guardian-mia&tag=2 HTTP/1.1\r\nHost: x\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}"
    )
    assert engine_client.api.inspect_image(foreign)["Id"] == before
    assert b" 403 " in answer.split(b"\r\n")[0]


@pytest.mark.parametrize("running", [True, False], ids=["en marcha", "parado"])
def test_by_force_an_image_does_not_go_with_a_container_of_others(
    ask: Ask, engine_client: docker.DockerClient, two_images: tuple[str, str], running: bool
) -> None:
    """A la fuerza, Docker la quita de debajo de un contenedor parado, y Podman se lleva el contenedor."""
    _, own = two_images
    teacher = engine_client.containers.create(own, ["sleep", "600"], name=FOREIGN, labels={LABEL: ""})
    try:
        if running:
            teacher.start()
        answer = ask(f"DELETE /images/{own}?force=1 HTTP/1.1\r\nHost: x\r\n\r\n")
        teacher.reload()
        assert teacher.status == ("running" if running else "created")
        assert engine_client.api.inspect_image(own)["RepoTags"], answer
        assert b" 409 " in answer.split(b"\r\n")[0]
    finally:
        teacher.remove(force=True)
    ask(f"DELETE /images/{own}?force=1 HTTP/1.1\r\nHost: x\r\n\r\n")
    with pytest.raises(ImageNotFound):
        engine_client.api.inspect_image(own)


def test_a_plain_request_passes(ask: Ask) -> None:
    assert ask("GET /_ping HTTP/1.1\r\nHost: x\r\nX-Nota:\tñ\r\n\r\n").endswith(b"OK")


def test_a_build_leaves_nothing(guard: Guard, place: Path, engine_client: docker.DockerClient) -> None:
    """Ni los pasos de una etapa que no es la última, ni los de una construcción que falla; y nada ajeno."""
    word, before = secrets.token_hex(4), images(engine_client)
    student = docker.DockerClient(base_url=f"unix://{place}", version="auto")
    stages = f"FROM {base.NAME} AS a\nRUN echo {word} > /a\nFROM {base.NAME}\nCOPY --from=a /a /b\n"
    broken = f"FROM {base.NAME}\nRUN echo {word} > /b\nRUN false\n"
    student.images.build(fileobj=io.BytesIO(stages.encode()))
    with pytest.raises(BuildError):
        student.images.build(fileobj=io.BytesIO(broken.encode()))
    student.close()
    assert _made(engine_client, word)
    clean(engine_client, STUDENT)
    left = _made(engine_client, word)
    clean_steps(engine_client, guard.steps, before=left)
    assert _made(engine_client, word) == left, "lo que ya había no se toca, lo diga quien lo diga"
    # Podman 4 quita con una imagen los pasos de los que salió.
    assert left or is_podman(engine_client)
    clean_steps(engine_client, guard.steps, before)
    assert _made(engine_client, word) == set()


@pytest.mark.parametrize("closed", ["tras acabar", "a media construcción"])
def test_a_build_whose_client_hangs_up_leaves_nothing(
    place: Path, engine_endpoint: Endpoint, engine_client: docker.DockerClient, closed: str
) -> None:
    """Quien cuelga antes de que el motor responda también deja pasos, y hay que saber cuáles."""
    word, before = secrets.token_hex(4), images(engine_client)
    runs = "".join(f"RUN echo {word} > /{number}\n" for number in range(1 if closed == "tras acabar" else 12))
    with Guard(place, engine_endpoint.connect, policy_for(engine_client, STUDENT)) as guard:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(place))
            connection.sendall(_asked(f"FROM {base.NAME}\n{runs}CMD echo {word}\n"))
        if closed == "tras acabar":
            mine = {"label": f"{LABEL}={STUDENT}"}
            wait_until(lambda: engine_client.api.images(filters=mine), "la construcción llega al final")
        else:
            wait_until(lambda: _made(engine_client, word), "la construcción empieza")
    clean(engine_client, STUDENT)
    clean_steps(engine_client, guard.steps, before)
    # Podman acaba, sin decirlo, el paso que tenía entre manos.
    assert len(_made(engine_client, word)) <= (is_podman(engine_client) and closed == "a media construcción")


def _asked(dockerfile: str) -> bytes:
    """La petición de construir ese Dockerfile, tal como va por el socket."""
    with tarfile.open(fileobj=(context := io.BytesIO()), mode="w") as tar:
        info = tarfile.TarInfo("Dockerfile")
        info.size = len(dockerfile)
        tar.addfile(info, io.BytesIO(dockerfile.encode()))
    body = context.getvalue()
    return f"POST /build HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def _made(client: docker.DockerClient, word: str) -> set[str]:
    """Los contenedores y las imágenes sin nombre que nacieron de órdenes con esa palabra."""
    images = [row["Id"] for row in client.api.images(all=True, filters={"dangling": True})]
    boxes = {row["Id"] for row in client.api.containers(all=True) if word in row["Command"]}
    return boxes | {id_ for id_ in images if any(word in row["CreatedBy"] for row in client.api.history(id_))}
