"""El registro del curso, con un motor de verdad: lo que guarda, lo que rechaza y lo que no deja a medias."""

from __future__ import annotations

import hashlib
import io
import json
import random
import tarfile
from collections.abc import Iterator
from typing import Any

import docker
import pytest
import requests

from muelle import builder, distribution, owned
from muelle.distribution import Registry, TravelFailed, server, travel
from muelle.distribution.server import program
from patience import wait_until

pytestmark = pytest.mark.live
Client = docker.DockerClient
NAME = "muelle-registro-de-prueba"


@pytest.fixture
def registry(engine_client: Client) -> Iterator[Registry]:
    owned.free_name(engine_client, NAME)
    started = distribution.start(engine_client, "muelle/base", NAME, owned.LABELS)
    yield started
    started.remove()
    for image in engine_client.api.images(filters={"reference": f"{started.address}/*/*"}):
        for name in image["RepoTags"] or ():
            if name.startswith(started.address):
                engine_client.api.remove_image(name)


def say(registry: Registry, request: bytes) -> bytes:
    """Lo que responde el registro a unos bytes, dichos desde dentro de su contenedor."""
    octal = "".join(f"\\{byte:03o}" for byte in request)
    script = f"printf '{octal}' | timeout 5 nc 127.0.0.1 5000"
    _, output = registry.container.exec_run(["sh", "-c", script], stderr=False)
    return bytes(output)


def request(method: str, target: str, body: bytes = b"", *headers: str) -> bytes:
    """Una petición HTTP completa."""
    lines = [
        f"{method} {target} HTTP/1.1",
        "Host: registro",
        *headers,
        f"Content-Length: {len(body)}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + body


def tarred(name: str, content: bytes) -> bytes:
    """Un tar con un solo archivo ejecutable."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(content), 0o755
        archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def status(answer: bytes) -> int:
    return int(answer.split()[1])


def upload(registry: Registry) -> str:
    """Abre una subida y devuelve su dirección."""
    answer = say(registry, request("POST", "/v2/equipo/app/blobs/uploads/"))
    return next(line for line in answer.decode().split("\r\n") if line.startswith("Location: "))[10:]


def digest(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def push(engine_client: Client, registry: Registry, name: str, image: str = "muelle/base") -> None:
    reference = registry.reference(name)
    engine_client.api.tag(image, *reference.rsplit(":", 1))
    distribution.push(engine_client, reference)


def test_what_goes_up_comes_down(engine_client: Client, registry: Registry) -> None:
    push(engine_client, registry, "equipo/app:v1")
    reference = registry.reference("equipo/app:v1")
    engine_client.api.remove_image(reference)
    distribution.pull(engine_client, reference)
    assert (
        engine_client.images.get(reference).attrs["RootFS"]
        == engine_client.images.get("muelle/base").attrs["RootFS"]
    )


def test_every_piece_is_named_by_its_bytes(engine_client: Client, registry: Registry) -> None:
    push(engine_client, registry, "equipo/app:v1")
    stored = registry.stored()
    assert len(stored) >= 3
    for name, size in stored.items():
        content = registry.read(name)
        assert (digest(content), len(content)) == (name, size)


def test_connections_that_come_together_fit(registry: Registry) -> None:
    """Con el programa parado no acepta ninguna: las que entran están en su cola."""
    together = 20
    registry.container.kill("SIGSTOP")
    registry.container.exec_run(
        ["sh", "-c", f"for _ in $(seq {together}); do sleep 300 | nc 127.0.0.1 5000 & done"], detach=True
    )

    def entered() -> bool:
        _, output = registry.container.exec_run(["netstat", "-tn"])
        client_side = [line for line in output.decode().splitlines() if line.split()[4].endswith(":5000")]
        return sum("ESTABLISHED" in line for line in client_side) == together

    wait_until(entered, "las conexiones entran")


def test_a_spoiled_piece_is_refused(engine_client: Client, registry: Registry) -> None:
    image = "muelle/estropeada"
    builder.build(engine_client, "FROM muelle/base\nRUN echo nueva > /nueva\n", tag=image)
    push(engine_client, registry, "equipo/app:v1", image)
    reference = registry.reference("equipo/app:v1")
    manifest = json.loads(registry.read(registry.tags()["equipo/app:v1"]))
    registry.spoil(manifest["layers"][-1]["digest"])
    for name in (reference, image):
        engine_client.api.remove_image(name)
    with pytest.raises(TravelFailed):
        distribution.pull(engine_client, reference)


def test_a_body_with_another_digest_is_not_kept(registry: Registry) -> None:
    place = upload(registry)
    answer = say(registry, request("PUT", f"{place}?digest={digest(b'otra cosa')}", b"esta"))
    assert status(answer) == 400 and b"DIGEST_INVALID" in answer
    assert not registry.stored()


def test_a_push_that_dies_half_way_leaves_nothing(registry: Registry) -> None:
    place = upload(registry)
    whole = request("PATCH", place, b"x" * 1000)
    assert status(say(registry, whole[:-400])) == 400
    chunked = f"PATCH {place} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{'y' * 40}"
    assert status(say(registry, chunked.encode())) == 400
    assert status(say(registry, request("PUT", f"{place}?digest={digest(b'x' * 1000)}"))) == 400
    assert not registry.stored() and not registry.tags()


def test_a_manifest_that_names_what_is_missing_is_refused(registry: Registry) -> None:
    manifest = json.dumps({"config": {"digest": digest(b"ausente")}, "layers": []}).encode()
    answer = say(registry, request("PUT", "/v2/equipo/app/manifests/v1", manifest))
    assert status(answer) == 400 and b"MANIFEST_BLOB_UNKNOWN" in answer
    assert not registry.tags()


def test_a_body_in_chunks_arrives_whole(registry: Registry) -> None:
    place, content = upload(registry), bytes(range(256)) * 3
    parts = [content[:1], content[1:300], content[300:]]
    body = b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts) + b"0\r\n\r\n"
    head = f"PATCH {place} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n".encode()
    assert status(say(registry, head + body)) == 202
    assert status(say(registry, request("PUT", f"{place}?digest={digest(content)}"))) == 201
    assert registry.read(digest(content)) == content


@pytest.mark.parametrize(
    "target",
    [
        "/v2/../../etc/passwd",
        "/v2/a/blobs/../../../../etc/passwd",
        "/v2/a/manifests/$(touch /registro/colado)",
        "/v2/a/manifests/`touch /registro/colado`",
        "/v2//manifests/v1",
        "/v2/a/blobs/uploads/*",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_hostile_names_reach_nothing(registry: Registry, method: str, target: str) -> None:
    answer = say(registry, request(method, target, b"x"))
    assert status(answer) >= 400 and b"root:" not in answer
    _, listed = registry.container.exec_run(["ls", "/registro"])
    assert listed.decode().split() == ["nombres", "peticiones", "subidas", "trozos"]
    assert not registry.stored()


def test_what_no_put_can_bring_arrives_in_pieces(registry: Registry) -> None:
    """Donde el motor no deja un tar en un contenedor, llega lo mismo, también lo que no cabe de una vez."""
    content = random.Random(5).randbytes(250_000)
    name = f"sha256:{hashlib.sha256(content).hexdigest()}"
    server._unpack(registry.container, "/registro/trozos", tarred(name, content))
    assert registry.read(name) == content


def test_a_full_disk_keeps_nothing_half(engine_client: Client) -> None:
    name = f"{NAME}-lleno"
    owned.free_name(engine_client, name)
    box = engine_client.containers.run(
        "muelle/base",
        ["sleep", "60"],
        name=name,
        labels=owned.LABELS,
        detach=True,
        tmpfs={"/registro": "size=64k"},
    )
    try:
        box.put_archive("/", tarred("registro.sh", program().encode()))
        line = (
            "mkdir -p /registro/subidas; : > /registro/subidas/u; "
            "{ printf 'PATCH /v2/a/blobs/uploads/u HTTP/1.1\\r\\nContent-Length: 200000\\r\\n\\r\\n'; "
            "head -c 200000 /dev/zero; } | /registro.sh | head -1; ls /registro/trozos"
        )
        _, output = box.exec_run(["sh", "-c", line], stderr=False)
        assert output.decode().split("\r\n")[0].startswith("HTTP/1.1 507")
        assert "sha256" not in output.decode()
    finally:
        box.remove(force=True)


def test_a_silent_daemon_is_asked_again(
    engine_client: Client, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Con el registro en pausa el demonio calla; despierta antes de la segunda petición, y llega entera."""
    pushes: list[str] = []
    post = engine_client.api.post

    def waking(url: str, **options: Any) -> requests.Response:
        if url.endswith("/push"):
            pushes.append(url)
            if len(pushes) == 2:
                registry.container.unpause()
        return post(url, **options)

    monkeypatch.setattr(engine_client.api, "post", waking)
    monkeypatch.setattr(travel, "SECONDS", 2)
    registry.container.pause()
    push(engine_client, registry, "equipo/app:v1")
    monkeypatch.undo()
    assert len(pushes) >= 2
    assert "equipo/app:v1" in registry.tags()


def test_a_daemon_silent_for_good_is_said(
    engine_client: Client, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(travel, "SECONDS", 1)
    registry.container.pause()
    try:
        with pytest.raises(TravelFailed, match="el demonio calla"):
            push(engine_client, registry, "equipo/app:v1")
    finally:
        registry.container.unpause()
