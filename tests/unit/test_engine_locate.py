"""El orden en que se busca el motor, con sockets de verdad atendidos por un servidor mínimo."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from muelle.engine import Endpoint, find, private
from muelle.engine.probe import probe
from muelle.engine.search import contexts, locate, sockets
from muelle.errors import EngineDenied, EngineUnavailable, MuelleError
from patience import PATIENCE

Serve = Callable[..., Path]


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    body = b""


class _Engine(BaseHTTPRequestHandler):
    """Responde a todo lo mismo: basta para `GET /version` y `/_ping`."""

    def do_GET(self) -> None:
        body = self.server.body  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "local"

    def log_message(self, *args: object) -> None:
        """Sin ruido en las pruebas."""


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Pone a escuchar un motor de mentira en un socket y devuelve su ruta."""
    servers: list[_Server] = []

    def start(path: Path | None = None, body: bytes = b'{"ApiVersion": "1.41"}') -> Path:
        where = path or tmp_path / f"motor{len(servers)}.sock"
        where.parent.mkdir(parents=True, exist_ok=True)
        server = _Server(str(where), _Engine)
        server.body = body
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return where

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sin las variables, los contextos ni los sockets de esta máquina."""
    for name in ("DOCKER_HOST", "MUELLE_ENGINE", "DOCKER_CONTEXT", "DOCKER_CERT_PATH", "DOCKER_TLS_VERIFY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "casa"))
    monkeypatch.setattr(sockets, "well_known", list)


def dead_socket(path: Path) -> Path:
    """Un archivo de socket en el que no escucha nadie."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
    return path


def write_context(
    folder: Path, name: str, host: str, *, skip: bool = False, certificates: tuple[str, ...] = ()
) -> None:
    key = hashlib.sha256(name.encode()).hexdigest()
    meta = folder / "contexts/meta" / key / "meta.json"
    meta.parent.mkdir(parents=True)
    meta.write_text(
        json.dumps({"Name": name, "Endpoints": {"docker": {"Host": host, "SkipTLSVerify": skip}}}),
        encoding="utf-8",
    )
    for certificate in certificates:
        file = folder / "contexts/tls" / key / "docker" / certificate
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x", encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"currentContext": name}), encoding="utf-8")


def test_docker_host_wins_over_context_and_sockets(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, other, third = serve(), serve(), serve()
    write_context(tmp_path / "docker", "casa", f"unix://{other}")
    monkeypatch.setattr(sockets, "well_known", lambda: [Endpoint(f"unix://{third}", "un socket")])
    monkeypatch.setenv("DOCKER_HOST", f"unix://{chosen}")
    found = find(start=False)
    assert found.url == f"unix://{chosen}"
    assert "DOCKER_HOST" in found.origin


def test_muelle_engine_wins_over_docker_host(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen, other = serve(), serve()
    monkeypatch.setenv("MUELLE_ENGINE", f"unix://{chosen}")
    monkeypatch.setenv("DOCKER_HOST", f"unix://{other}")
    assert find(start=False).url == f"unix://{chosen}"


def test_current_context_wins_over_sockets(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context, other = serve(), serve()
    write_context(tmp_path / "docker", "casa", f"unix://{context}")
    monkeypatch.setattr(sockets, "well_known", lambda: [Endpoint(f"unix://{other}", "un socket")])
    found = find(start=False)
    assert found.url == f"unix://{context}"
    assert "«casa»" in found.origin


def test_docker_context_variable_wins_over_config(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = serve(), serve()
    write_context(tmp_path / "docker", "uno", f"unix://{one}")
    write_context(tmp_path / "docker", "dos", f"unix://{two}")
    monkeypatch.setenv("DOCKER_CONTEXT", "uno")
    assert find(start=False).url == f"unix://{one}"


@pytest.mark.parametrize("name", ["", "default"])
def test_default_context_is_no_context(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_context(tmp_path / "docker", "otro", "unix:///nada")
    (tmp_path / "docker/config.json").write_text(json.dumps({"currentContext": name}), encoding="utf-8")
    monkeypatch.delenv("DOCKER_CONTEXT", raising=False)
    assert contexts.current() is None


def test_dead_context_falls_through_and_is_remembered(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_context(tmp_path / "docker", "roto", f"unix://{tmp_path}/no-existe.sock")
    living = serve()
    monkeypatch.setattr(sockets, "well_known", lambda: [Endpoint(f"unix://{living}", "un socket")])
    found = find(start=False)
    assert found.url == f"unix://{living}"
    assert ["«roto»" in item.origin and "no existe" in item.reason for item in found.discarded] == [True]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"Endpoints": []}', '{"Endpoints": {"docker": {}}}'])
def test_damaged_context_is_remembered(
    content: str, serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_context(tmp_path / "docker", "roto", "unix:///x")
    next((tmp_path / "docker/contexts/meta").rglob("meta.json")).write_text(content, encoding="utf-8")
    living = serve()
    monkeypatch.setattr(sockets, "well_known", lambda: [Endpoint(f"unix://{living}", "un socket")])
    assert "no existe o está dañado" in find(start=False).discarded[0].reason


def test_context_brings_its_tls(tmp_path: Path) -> None:
    write_context(
        tmp_path / "docker",
        "lejos",
        "tcp://x:2376",
        skip=True,
        certificates=("ca.pem", "cert.pem", "key.pem"),
    )
    found = contexts.current()
    assert isinstance(found, Endpoint)
    assert found.tls is not None
    assert not found.tls.verify
    assert found.tls.config().cert == (found.tls.cert, found.tls.key)
    assert found.environment()["DOCKER_CERT_PATH"].endswith("docker")


def test_docker_host_brings_its_tls(tmp_path: Path) -> None:
    variables = {"DOCKER_HOST": "tcp://x:2376", "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": str(tmp_path)}
    found = locate.explicit(variables)
    assert found is not None
    assert found.tls is not None
    assert found.tls.verify
    assert found.tls.ca == str(tmp_path / "ca.pem")


def test_sockets_in_order_and_only_if_they_exist(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    home, runtime = tmp_path / "h", tmp_path / "r"
    for path in (
        runtime / "podman/podman.sock",
        home / ".colima/default/docker.sock",
        home / ".docker/run/docker.sock",
    ):
        serve(path)
    (home / ".rd").mkdir()
    (home / ".rd/docker.sock").write_text("no es un socket", encoding="utf-8")
    found = [
        item.origin
        for item in sockets.well_known({"XDG_RUNTIME_DIR": str(runtime)}, home)
        if str(tmp_path) in item.url
    ]
    assert found == [
        "el socket de Docker Desktop",
        "el socket de Colima",
        "el socket de Podman de tu usuario",
    ]


def test_chosen_but_absent_is_an_error_and_does_not_fall_through(
    serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    living = serve()
    monkeypatch.setattr(sockets, "well_known", lambda: [Endpoint(f"unix://{living}", "un socket")])
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/no-existe.sock")
    with pytest.raises(EngineUnavailable, match="no existe"):
        find()


def test_socket_without_listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{dead_socket(tmp_path / 'muerto.sock')}")
    with pytest.raises(EngineUnavailable, match="Nadie escucha"):
        find()


def test_tcp_that_never_answers_is_said_in_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(EngineUnavailable, match="no respondió"):
            find()


def test_server_that_drips_is_said_in_seconds(tmp_path: Path) -> None:
    """Un byte por segundo engaña al plazo de `requests`, que es por lectura; no al nuestro."""
    path = tmp_path / "gotas.sock"
    stop = threading.Event()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def drip() -> None:
            connection, _ = listener.accept()
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            while not stop.wait(0.3):
                connection.sendall(b"x")
            connection.close()

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        with pytest.raises(EngineUnavailable, match="no respondió en 1 segundos"):
            probe(Endpoint(f"unix://{path}", "una prueba"), seconds=1)
        stop.set()
        thread.join(PATIENCE)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"ApiVersion": "1.12"}', "demasiado antiguo"),
        (b"<html>hola</html>", "no es un motor de Docker"),
        (b'{"hola": 1}', "no es un motor de Docker"),
        (b'{"ApiVersion": 3}', "No se puede hablar"),
    ],
)
def test_what_answers_is_no_use(
    body: bytes, words: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{serve(body=body)}")
    with pytest.raises(EngineUnavailable, match=words):
        find()


@pytest.mark.parametrize(
    "value",
    [
        "hola",
        "/var/run/docker.sock",
        "unix:///tmp/no existe ñ.sock",
        "tcp://",
        "tcp://x",
        "tcp://127.0.0.1:99999",
        "tcp://127.0.0.1:puerto",
        "ftp://x",
        "fd://3",
        "npipe:////./pipe/docker_engine",
        "tcp://no.existe.invalid:2375",
        "ssh://usuario@127.0.0.1/ruta",
        "unix:///" + "x" * 200,
        "http://[::1",
    ],
)
def test_bad_addresses_are_one_sentence(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", value)
    with pytest.raises(EngineUnavailable) as caught:
        find()
    assert "\n" not in str(caught.value)
    assert 20 < len(str(caught.value)) < 400


def test_tls_without_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://127.0.0.1:2376")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    with pytest.raises(EngineUnavailable, match="DOCKER_CERT_PATH"):
        find()


def _as_nobody(ask: Callable[[], str]) -> str:
    """Lo que `ask` devuelve en un proceso sin privilegios; el administrador entra en todas partes."""
    if os.geteuid() != 0:
        return ask()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            os.write(write, ask().encode())
        except BaseException as exc:
            os.write(write, repr(exc).encode())
        os._exit(0)
    os.close(write)
    os.waitpid(child, 0)
    with os.fdopen(read, "rb") as pipe:
        return pipe.read().decode()


def test_permission_denied_says_what_to_type(serve: Serve, tmp_path: Path) -> None:
    path = serve()
    for folder in (tmp_path, *tmp_path.parents[:3]):
        if folder != Path("/tmp"):
            folder.chmod(0o755)
    path.chmod(0o600 if os.geteuid() == 0 else 0)

    def ask() -> str:
        try:
            probe(Endpoint(f"unix://{path}", "una prueba"))
        except EngineDenied as exc:
            return f"EngineDenied: {exc}"
        return "entró"

    said = _as_nobody(ask)
    assert said.startswith("EngineDenied")
    assert "usermod -aG docker" in said
    assert "newgrp docker" in said


def test_denied_engine_is_what_is_said_when_none_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    from muelle.engine.endpoint import Discarded

    refused = Discarded("unix:///x", "un socket", "No tienes permiso: escribe esto.", denied=True)
    monkeypatch.setattr(locate, "candidates", lambda: [refused])
    with pytest.raises(EngineDenied, match="No tienes permiso"):
        find(start=False)


def test_nothing_and_no_start() -> None:
    with pytest.raises(EngineUnavailable, match="motor arrancar"):
        find(start=False)


def test_read_only_home_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUELLE_HOME", "/proc/muelle")
    with pytest.raises(MuelleError, match=r"\(no existe\).*MUELLE_HOME"):
        private.start()


@pytest.mark.parametrize("name", ["DOCKER_HOST", "MUELLE_ENGINE"])
def test_the_advice_names_the_variable_at_fault(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrancar otro motor no ayuda a quien tiene una variable que manda a uno que no está."""
    for other in ("DOCKER_HOST", "MUELLE_ENGINE", locate.FROM_CLASS):
        monkeypatch.delenv(other, raising=False)
    monkeypatch.setenv(name, f"unix://{tmp_path}/no.sock")
    with pytest.raises(EngineUnavailable) as caught:
        find(start=False)
    assert f"unset {name}" in str(caught.value)
    assert "motor arrancar" not in str(caught.value)


def test_nobody_is_blamed_for_what_the_class_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`clase` pone DOCKER_HOST en sus cuadernos: quien los usa no puede quitarla."""
    monkeypatch.delenv("MUELLE_ENGINE", raising=False)
    for name in ("DOCKER_HOST", locate.FROM_CLASS):
        monkeypatch.setenv(name, f"unix://{tmp_path}/no.sock")
    with pytest.raises(EngineUnavailable) as caught:
        find(start=False)
    assert "DOCKER_HOST" not in str(caught.value)
