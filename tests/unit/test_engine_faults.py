"""De un error de la biblioteca a una frase."""

from __future__ import annotations

import errno
import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import docker.errors
import pytest
import requests
import urllib3.exceptions
from hypothesis import given
from hypothesis import strategies as st

from muelle.engine import explain
from muelle.engine.endpoint import Endpoint
from muelle.engine.probe import probe
from muelle.errors import EngineDenied, EngineTimeout, EngineUnavailable, MuelleError, NameTaken, NotFound


def response(status: int, body: str) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = body.encode()
    made.url = "http+docker://localhost/v1.41/x"
    return made


def api_error(status: int, message: str) -> docker.errors.APIError:
    """Lo que hace el SDK con una respuesta de error."""
    try:
        response(status, json.dumps({"message": message})).raise_for_status()
    except requests.HTTPError as exc:
        try:
            docker.errors.create_api_error_from_http_exception(exc)
        except docker.errors.APIError as made:
            return made
    raise AssertionError("la respuesta no era un error")


def transport(cause: BaseException) -> requests.ConnectionError:
    """Como lo envuelven urllib3 y requests."""
    return requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted.", cause))


def hidden(cause: BaseException) -> docker.errors.DockerException:
    """Como lo envuelve el SDK al preguntar la versión: con `from`."""
    try:
        raise docker.errors.DockerException(f"Error while fetching server API version: {cause}") from cause
    except docker.errors.DockerException as exc:
        return exc


CASES = [
    (transport(FileNotFoundError(2, "No such file")), EngineUnavailable, "socket no existe"),
    (hidden(transport(FileNotFoundError(2, "No such file"))), EngineUnavailable, "socket no existe"),
    (transport(PermissionError(13, "Permission denied")), EngineDenied, "usermod -aG docker"),
    (transport(ConnectionRefusedError(111, "refused")), EngineUnavailable, "Nadie escucha"),
    (transport(ConnectionResetError(104, "reset")), EngineUnavailable, "a mitad"),
    (requests.exceptions.ChunkedEncodingError("Connection broken"), EngineUnavailable, "a mitad"),
    (urllib3.exceptions.ProtocolError("Connection broken: IncompleteRead"), EngineUnavailable, "a mitad"),
    (BrokenPipeError(32, "Broken pipe"), EngineUnavailable, "a mitad"),
    (requests.exceptions.ReadTimeout("Read timed out."), EngineTimeout, "a tiempo"),
    (requests.exceptions.ConnectTimeout("timed out"), EngineTimeout, "a tiempo"),
    (
        transport(socket.gaierror(-2, "Name or service not known")),
        EngineUnavailable,
        "No se encuentra la máquina",
    ),
    (requests.exceptions.SSLError("bad handshake"), EngineUnavailable, "TLS"),
    (
        docker.errors.InvalidVersion("API versions below 1.24 are no longer supported"),
        EngineUnavailable,
        "antiguo",
    ),
    (
        api_error(400, "client version 1.30 is too old. Minimum supported API version is 1.44"),
        EngineUnavailable,
        "más nuevo",
    ),
    (docker.errors.TLSParameterError("Path to a certificate"), EngineUnavailable, "DOCKER_CERT_PATH"),
    (api_error(404, "No such image: hola:latest"), NotFound, "docker image ls"),
    (api_error(404, "No such container: hola"), NotFound, "No such container: hola"),
    (api_error(409, 'Conflict. The container name "/x" is already in use'), NameTaken, "ya está en uso"),
    (
        api_error(500, "driver failed … Bind for 127.0.0.1:8080 failed: port is already allocated"),
        NameTaken,
        "puerto del anfitrión",
    ),
    (api_error(500, "listen tcp4 127.0.0.1:80: bind: address already in use"), NameTaken, "otro: publica"),
    (api_error(403, "Pool overlaps with other one on this address space"), NameTaken, "de otra red"),
    (api_error(500, "subnet 10.0.0.0/24 is already used on the host"), NameTaken, "de otra red"),
    (api_error(409, "cannot remove a running container"), MuelleError, "estado actual"),
    (api_error(500, "write /x: no space left on device"), MuelleError, "disco está lleno"),
    (OSError(errno.ENOSPC, "No space left on device"), MuelleError, "disco está lleno"),
    (api_error(400, "invalid reference format"), NotFound, "No puede existir"),
    (
        docker.errors.BuildError("The command returned a non-zero code: 1", iter(())),
        MuelleError,
        "construcción",
    ),
    (
        docker.errors.ContainerError("c", 3, "sh", "i", b"no va\n"),
        MuelleError,
        "código 3 y escribió: «no va»",
    ),
    (
        docker.errors.DockerException("Install paramiko package to enable ssh:// support"),
        EngineUnavailable,
        "paramiko",
    ),
    (docker.errors.DockerException("algo nuevo"), EngineUnavailable, "algo nuevo"),
    (docker.errors.NullResource("Resource ID was not provided"), NotFound, "Falta decir un nombre"),
    (docker.errors.InvalidArgument("no vale"), MuelleError, "no admite lo que se le pide: «no vale»"),
]


@pytest.mark.parametrize(
    ("exc", "kind", "words"), CASES, ids=[f"{i}-{c[2][:20]}" for i, c in enumerate(CASES)]
)
def test_sentence(exc: BaseException, kind: type[MuelleError], words: str) -> None:
    said = explain(exc)
    assert type(said) is kind
    assert words in str(said)
    assert "\n" not in str(said)
    assert "Traceback" not in str(said)


def test_podman_error_without_message() -> None:
    """El SDK 7.2 responde a un error de Podman sin `message` con un `KeyError`."""
    try:
        try:
            response(500, json.dumps({"cause": "se rompió", "response": 500})).raise_for_status()
        except requests.HTTPError as exc:
            docker.errors.create_api_error_from_http_exception(exc)
    except KeyError as exc:
        said = explain(exc)
        assert said is not None
        assert "se rompió" in str(said)
        assert "500" in str(said)
    else:
        pytest.fail("el SDK ya no falla así: esta ayuda sobra")


def test_the_address_is_named() -> None:
    assert "unix:///tmp/x.sock" in str(explain(transport(ConnectionRefusedError()), "unix:///tmp/x.sock"))


def test_our_own_errors_pass_untouched() -> None:
    mine = NotFound("no está")
    assert explain(mine) is mine


@pytest.mark.parametrize(
    "exc", [ValueError("x"), KeyError("message"), KeyError("x"), OSError(2, "x"), RuntimeError()]
)
def test_what_is_not_of_the_engine_is_not_explained(exc: BaseException) -> None:
    """Un error de programación no se disfraza de error del motor."""
    assert explain(exc) is None


@given(st.text(), st.integers(400, 599))
def test_any_answer_of_the_engine_is_one_line(message: str, status: int) -> None:
    said = explain(api_error(status, message))
    assert said is not None
    assert len(str(said).splitlines()) == 1


def test_a_refused_tcp_address_is_not_a_late_answer() -> None:
    """urllib3 dice que un rechazo es una clase de plazo agotado; quien lee debe saber que nadie escucha."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        with pytest.raises(EngineUnavailable, match="Nadie escucha"):
            probe(Endpoint(f"tcp://127.0.0.1:{free.getsockname()[1]}", "la prueba"))


class _Web(BaseHTTPRequestHandler):
    """Un servidor cualquiera: responde 404 a todo."""

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, format: str, *args: object) -> None:  # noqa: ARG002
        return


def test_a_web_server_is_not_an_engine() -> None:
    with HTTPServer(("127.0.0.1", 0), _Web) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(EngineUnavailable, match="no es un motor de Docker"):
            probe(Endpoint(f"tcp://127.0.0.1:{server.server_port}", "la prueba"))
        server.shutdown()


def test_podmans_socket_is_not_opened_by_the_docker_group() -> None:
    """Sin permiso en el socket de Podman no se manda a nadie al grupo `docker`; en el de Docker se avisa."""
    denied = transport(PermissionError(13, "Permission denied"))
    podman, dockers = (explain(denied, f"unix:///run/{name}.sock") for name in ("podman/podman", "docker"))
    assert podman and "usermod" not in str(podman) and "podman.socket" in str(podman)
    assert dockers and "equivale a darle root" in str(dockers)
