"""La grabación entre el cliente de verdad y un motor de verdad."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import docker
import pytest

from muelle import base, owned
from muelle.engine import Endpoint, connect, find
from muelle.errors import EngineUnavailable, MuelleError
from muelle.model.conversation import Conversation
from muelle.wire import listen, terminal
from muelle.wire.summary import demultiplex
from muelle.wire.talk import Talk, open_talk
from patience import PATIENCE, wait_until

pytestmark = pytest.mark.live
NAME = "muelle-prueba-cable"
CLI = shutil.which("docker")


@pytest.fixture(scope="module")
def client() -> docker.DockerClient:
    assert CLI, "estas pruebas necesitan la orden `docker`: instala el paquete docker-cli o docker.io"
    return connect()


@pytest.fixture
def endpoint(client: docker.DockerClient) -> Iterator[Endpoint]:
    owned.free_name(client, NAME)
    yield find()
    owned.free_name(client, NAME)


@pytest.fixture
def sleeper(client: docker.DockerClient, endpoint: Endpoint) -> str:
    """Un contenedor que escribe un número cada décima y espera."""
    del endpoint
    script = "trap exit TERM; for i in $(seq 1 50); do echo linea-$i; sleep 0.1; done; sleep 300 & wait"
    client.containers.run(base.NAME, ["sh", "-c", script], name=NAME, labels=owned.LABELS, detach=True)
    return NAME


def said(conversation: Conversation) -> list[str]:
    """Método y ruta de cada petición, con X en lugar de los identificadores."""
    found = []
    for each in conversation.exchanges:
        path = re.sub(r"/[0-9a-f]{64}", "/X", each.path).replace(NAME, "X")
        found.append(f"{each.method} {path} {each.status}")
    return found


def direct(command: list[str], endpoint: Endpoint, stdin: bytes = b"", talk: Talk | None = None) -> bytes:
    """Lo que escribe una orden, sin proxy o a través de una grabación."""
    environment = {**os.environ, "DOCKER_HOST": talk.url if talk else endpoint.url}
    answer = subprocess.run(command, input=stdin, capture_output=True, env=environment, timeout=PATIENCE)
    return answer.stdout


def test_ps(endpoint: Endpoint) -> None:
    heard = terminal("docker ps --no-trunc", endpoint)
    assert heard.exit_code == 0 and heard.output.startswith("CONTAINER ID")
    assert said(heard.conversation) == ["HEAD /_ping 200", "GET /containers/json 200"]


def test_run_rm(endpoint: Endpoint) -> None:
    heard = terminal(f"docker run --rm --name {NAME} -l muelle=1 muelle/base echo hola", endpoint)
    assert heard.exit_code == 0 and heard.output.endswith("hola\n")
    requests = said(heard.conversation)
    assert requests[:2] == ["HEAD /_ping 200", "POST /containers/create 201"]
    assert set(requests[2:]) >= {
        "POST /containers/X/attach 101",
        "POST /containers/X/wait 200",
        "POST /containers/X/start 204",
    }
    # comprueba: attach-es-un-tubo
    attach = next(each for each in heard.conversation.exchanges if each.path.endswith("/attach"))
    wanted = {name.lower(): value for name, value in attach.request_headers}
    assert wanted["upgrade"] == "tcp" and wanted["connection"] == "Upgrade"
    assert attach.status == 101 and attach.upgraded and b"hola" in attach.response_body
    assert "«hola»" in str(heard) and "hola" in heard._repr_html_()


def test_run_d_exec_inspect_and_rm(endpoint: Endpoint) -> None:
    run = terminal(f"docker run -d --name {NAME} -l muelle=1 muelle/base sleep 300", endpoint)
    assert run.exit_code == 0 and "POST /containers/X/start 204" in said(run.conversation)
    assert not any(path.endswith("/attach 101") for path in said(run.conversation))
    execute = terminal(f"docker exec {NAME} cat /etc/motd", endpoint)
    assert execute.output == "Hola desde muelle/base.\n"
    assert [each.split()[1] for each in said(execute.conversation)] == [
        "/_ping",
        "/containers/X/json",
        "/containers/X/exec",
        "/exec/X/start",
        "/exec/X/json",
    ]
    inspect = terminal(f"docker inspect {NAME}", endpoint)
    assert said(inspect.conversation)[1] == "GET /containers/X/json 200"
    body = json.loads(inspect.conversation.exchanges[1].response_body)
    assert body["State"]["Running"] is True
    remove = terminal(f"docker rm -f {NAME}", endpoint)
    assert said(remove.conversation)[-1] == "DELETE /containers/X 204"


def test_an_error_is_an_http_status(endpoint: Endpoint) -> None:
    heard = terminal("docker inspect no-existe-nada", endpoint)
    assert heard.exit_code == 1
    assert "GET /containers/no-existe-nada/json 404" in said(heard.conversation)
    assert "Código de salida: 1" in str(heard)


def test_the_classic_build_sends_the_context(endpoint: Endpoint, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM muelle/base\nARG CLAVE\nCOPY secreto /s\nLABEL muelle=1\n")
    (tmp_path / "secreto").write_text("contenidoQueNoSeGuarda")
    command = f"DOCKER_BUILDKIT=0 docker build --build-arg CLAVE=argumentoOculto -t {NAME} ."
    heard = terminal(command, endpoint, folder=tmp_path)
    assert heard.exit_code == 0, heard.output
    build = next(each for each in heard.conversation.exchanges if each.path == "/build")
    assert build.status == 200 and build.request_bytes > 1000 and build.request_body == b""
    assert "contenidoQueNoSeGuarda" not in repr(heard.conversation.exchanges)
    assert "argumentoOculto" not in repr(heard.conversation.exchanges)


def test_logs_f_arrives_as_written_and_stops_on_time(endpoint: Endpoint, sleeper: str) -> None:
    heard = terminal(f"docker logs -f {sleeper}", endpoint, seconds=3)
    assert "linea-1\n" in heard.output and "se detuvo" in heard.note
    logs = next(each for each in heard.conversation.exchanges if each.path.endswith("/logs"))
    assert logs.status == 200 and b"linea-1\n" in logs.response_body


def test_events_records_what_happens_meanwhile(client: docker.DockerClient, endpoint: Endpoint) -> None:
    heard_enough = threading.Event()

    def create() -> None:
        while not heard_enough.wait(0.5):  # la orden empieza a oír cuando puede: alguno le llegará entero
            client.containers.create(base.NAME, "true", name=NAME, labels=owned.LABELS).remove()

    worker = threading.Thread(target=create)
    worker.start()
    heard = terminal("docker events --filter type=container", endpoint, seconds=4)
    heard_enough.set()
    worker.join()
    assert f"name={NAME}" in heard.output and "container create" in heard.output
    events = heard.conversation.exchanges[-1]
    assert events.path == "/events" and NAME.encode() in events.response_body


def test_attach_with_input_and_half_close(endpoint: Endpoint) -> None:
    """`echo … | docker run -i … cat` solo termina si el final de la entrada llega al contenedor."""
    assert CLI
    data = b"".join(b"linea %d\n" % n for n in range(20_000))
    talk = open_talk(endpoint)
    try:
        got = direct([CLI, "run", "-i", "--rm", "-l", "muelle=1", "muelle/base", "cat"], endpoint, data, talk)
    finally:
        talk.close()
    assert got == data
    attach = next(each for each in talk.conversation.exchanges if each.path.endswith("/attach"))
    assert attach.request_bytes == len(data) and attach.response_bytes > len(data)


def test_bytes_are_the_same_with_and_without_the_proxy(endpoint: Endpoint, sleeper: str) -> None:
    assert CLI
    command = [CLI, "cp", f"{sleeper}:/bin/busybox", "-"]
    talk = open_talk(endpoint)
    try:
        through = direct(command, endpoint, talk=talk)
    finally:
        talk.close()
    assert len(through) > 1_000_000 and through == direct(command, endpoint)


def test_twenty_clients_at_once(endpoint: Endpoint) -> None:
    with listen(endpoint) as talk, ThreadPoolExecutor(20) as pool:
        list(pool.map(lambda n: talk.client.api.containers(filters={"name": f"n{n}"}), range(20)))
    heard = [each for each in talk.conversation.exchanges if each.path == "/containers/json"]
    assert len(heard) == 20 and {each.status for each in heard} == {200}
    assert len({each.query for each in heard}) == 20


def test_the_sdk_is_recorded_alike(endpoint: Endpoint) -> None:
    with listen(endpoint) as talk:
        output = talk.client.containers.run(base.NAME, "echo hola", remove=True, labels=owned.LABELS)
    logs = next(each for each in talk.conversation.exchanges if each.path.endswith("/logs"))
    assert demultiplex(logs.response_body) == output  # en Podman, el registro puede llegar tarde, vacío
    requests = said(talk.conversation)
    assert requests[:2] == ["GET /version 200", "POST /containers/create 201"]
    assert requests[-1] == "DELETE /containers/X 204"


def test_outside_the_with_its_client_says_so(endpoint: Endpoint) -> None:
    """Y no que falte el motor: lo que ya no está es el proxy."""
    with listen(endpoint) as talk:
        talk.client.ping()
    with pytest.raises(MuelleError, match="terminó al salir del `with`"):
        _ = talk.client
    assert talk.conversation.exchanges


def test_credentials_arrive_and_are_not_recorded(endpoint: Endpoint) -> None:
    with listen(endpoint) as talk:
        api = talk.client.api
        auth = {"username": "ana", "password": "claveDeAna"}
        with suppress(docker.errors.APIError):  # no hay tal registro: lo que importa es lo que se envió
            list(api.pull("localhost:1/nada", auth_config=auth, stream=True, decode=True))
    shown = repr(talk.conversation.exchanges)
    assert "X-Registry-Auth" in shown and "(oculto)" in shown
    assert "claveDeAna" not in shown and "Y2xhdmVEZUFuYQ" not in shown  # en base64


def test_the_configuration_of_the_reader_does_not_change(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Aunque tenga otro contexto elegido, la orden va al motor grabado y sus archivos quedan igual."""
    config = tmp_path / "config.json"
    config.write_text('{"currentContext": "otro"}')
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("DOCKER_CONTEXT", "otro")
    heard = terminal("docker version --format {{.Server.Version}}", endpoint)
    assert heard.exit_code == 0, heard.output
    assert config.read_text() == '{"currentContext": "otro"}'
    assert "DOCKER_HOST" not in heard.output


def test_the_output_has_no_paths_of_this_machine(endpoint: Endpoint) -> None:
    heard = terminal("docker context ls", endpoint)
    assert "/…/docker.sock" in heard.output and "muelle-" not in heard.output


def test_ctrl_c_ends_the_order(endpoint: Endpoint, tmp_path: Path) -> None:
    """Con una orden `docker` que no se entera de nada: solo acaba si alguien la para."""
    fake = tmp_path / "docker"
    fake.write_text(f"#!/bin/sh\n: > {tmp_path}/empieza\nexec sleep 300\n")
    fake.chmod(0o755)
    code = (
        "from muelle.wire import terminal\n"
        f"print('listo', flush=True)\nterminal('docker events', {endpoint.url!r})\n"
    )
    program, path = [sys.executable, "-c", code], f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    process = subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, "PATH": path}
    )
    assert process.stdout is not None and process.stdout.readline() == "listo\n"
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    wait_until((tmp_path / "empieza").exists, "arranca la orden")
    # Tres hilos: el principal, el que oye y el que lee a la orden. Antes, quien la lanzó no la espera aún.
    wait_until(lambda: len(list(children.parents[1].iterdir())) > 2, "se la lee")
    started = children.read_text().split()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert not Path(f"/proc/{started[0]}").exists()


def test_a_stopped_order_leaves_nothing_it_started(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Un complemento de `docker` (como buildx) que no atiende a que se vaya quien lo arrancó."""
    plugin = tmp_path / "cli-plugins" / "docker-lento"
    plugin.parent.mkdir()
    about = '{"SchemaVersion":"0.1.0","Vendor":"muelle","Version":"1","ShortDescription":"lento"}'
    plugin.write_text(
        f"#!/bin/sh\n[ \"$1\" = docker-cli-plugin-metadata ] && echo '{about}' && exit\n"
        f"echo $$ > {tmp_path}/pid; trap '' INT; exec sleep 300\n"
    )
    plugin.chmod(0o755)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    before = threading.active_count()
    heard = terminal("docker lento", endpoint, seconds=1)
    assert "se detuvo" in heard.note
    pid = (tmp_path / "pid").read_text().strip()
    assert not Path(f"/proc/{pid}").exists() and threading.active_count() <= before


def test_a_dead_engine_is_one_sentence(client: docker.DockerClient, tmp_path: Path) -> None:
    del client
    with pytest.raises(EngineUnavailable, match="No hay ningún motor"):
        terminal("docker ps", f"unix://{tmp_path}/nadie.sock")
