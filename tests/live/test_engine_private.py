"""El motor privado: uno para todos, sin dejar rastro y sin molestar a otro motor."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import docker
import psutil
import pytest

from muelle import base, engine
from muelle.engine import private
from muelle.engine.private import folders, network, remains
from muelle.errors import EngineUnavailable, MuelleError
from patience import PATIENCE, wait_until

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform != "linux", reason="el motor privado solo existe en Linux"),
]


Living = Callable[[Iterable[int]], list[int]]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Una carpeta propia para el motor privado, que se para y se borra al acabar."""
    for name in ("DOCKER_HOST", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)
    chosen = tmp_path / "casa"
    monkeypatch.setenv("MUELLE_HOME", str(chosen))
    monkeypatch.setenv("MUELLE_ENGINE", "privado")
    yield chosen
    private.stop(keep_data=False)


@pytest.fixture
def client(home: Path) -> Iterator[docker.DockerClient]:
    """Un cliente del motor privado, con la imagen base."""
    del home
    made = private.start().client()
    base.ensure(made)
    yield made
    made.close()


def web_server(client: docker.DockerClient, **options: object) -> docker.models.containers.Container:
    """Un contenedor que sirve «hola» en su puerto 80 y no hace caso de SIGTERM."""
    script = "trap '' TERM; echo hola > /tmp/index.html; httpd -f -p 80 -h /tmp & while :; do sleep 1; done"
    return client.containers.run(
        base.NAME, ["sh", "-c", script], detach=True, labels={"muelle": "1"}, **options
    )


def get(port: int) -> bytes:
    """Lo que responde un puerto de esta máquina; espera a que el servidor esté."""

    def answer() -> bytes:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as page:
                return bytes(page.read())
        except OSError:
            return b""

    return wait_until(answer, f"alguien responde en el puerto {port}")


def names(pids: Iterable[int]) -> list[str]:
    """Cómo se llaman esos procesos; los que acaban mientras se les mira no cuentan."""
    found = []
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            found.append(psutil.Process(pid).name())
    return found


def published(container: docker.models.containers.Container) -> dict[str, str]:
    container.reload()
    found = container.ports["80/tcp"][0]
    return {"ip": found["HostIp"], "port": found["HostPort"]}


def foreign_rules() -> str:
    """Las reglas de red de la máquina: lo que es de otro motor."""
    rules = [
        subprocess.run([tool], capture_output=True, text=True, check=False).stdout
        for tool in ("iptables-save", "ip6tables-save")
    ]
    lines = [line for line in "\n".join(rules).splitlines() if not line.startswith("#")]
    return "\n".join(lines)


def listening_files(paths: folders.Folder) -> set[str]:
    """Los sockets con archivo que tienen abiertos los procesos del motor."""
    found: set[str] = set()
    for process in remains.processes(paths):
        with suppress(psutil.NoSuchProcess):  # los contenedores lanzan procesos que duran un segundo
            found |= {str(connection.laddr) for connection in process.net_connections(kind="unix")}
    return {path for path in found if path.startswith("/")}


def test_nothing_is_left_behind(home: Path, client: docker.DockerClient, living: Living) -> None:
    """Ni procesos, ni montajes, ni puentes, ni archivos (salvo el cerrojo), con todo en marcha."""
    paths = folders.folder()
    net = client.networks.create("red", labels={"muelle": "1"})
    web_server(client)
    web_server(client, network="red")
    web_server(client, ports={"80/tcp": None}, restart_policy={"Name": "always"})
    assert len(remains.processes(paths)) >= 8
    assert remains.mounts(paths)
    bridges = remains.bridges(paths)
    assert bridges == sorted([paths.bridge, f"br-{net.id[:12]}"])
    pids = [process.pid for process in remains.processes(paths)]
    sockets = listening_files(paths)
    assert any("/containerd/s/" in path for path in sockets)

    assert private.stop(keep_data=False)

    assert living(pids) == []
    assert remains.mounts(paths) == []
    assert set(network.bridges()).isdisjoint(bridges)
    assert [path for path in home.rglob("*") if path.is_file()] == [paths.lock]
    assert not paths.run.exists()
    assert [path for path in sockets if Path(path).exists()] == []


def test_stop_keeps_the_data_it_was_told_to_keep(home: Path, client: docker.DockerClient) -> None:
    del home
    client.volumes.create("guardado", labels={"muelle": "1"})
    container = web_server(client)
    private.stop(keep_data=True)
    assert not private.status().running
    again = private.start().client()
    assert again.images.get(base.NAME)
    assert again.volumes.get("guardado")
    assert again.containers.get(container.id).status == "exited"
    again.close()


def test_stopping_twice_is_no_error(home: Path) -> None:
    del home
    private.start()
    assert private.stop() is True
    assert private.stop(keep_data=False) is True
    assert private.stop(keep_data=False) is False


def test_five_processes_at_once_get_one_engine(home: Path) -> None:
    del home
    code = (
        "import json; from muelle import engine; from muelle.engine import private;"
        "e = engine.find(); c = e.client(); print(json.dumps([e.url, c.info()['ID'], private.status().pid]))"
    )
    starts = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) for _ in range(5)
    ]
    answers = [json.loads(start.communicate(timeout=PATIENCE)[0]) for start in starts]
    assert len({tuple(answer) for answer in answers}) == 1
    daemons = [process for process in remains.processes(folders.folder()) if remains.is_daemon(process)]
    assert len(daemons) == 1


def test_engine_survives_the_command_that_started_it(home: Path) -> None:
    del home
    code = "from muelle.engine import private; print(private.start().url)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    assert private.running() is not None
    assert done.stdout.strip() == private.status().url
    pid = private.status().pid
    assert pid is not None
    assert os.getsid(pid) != os.getsid(0)


def test_killed_engine_is_started_again(client: docker.DockerClient) -> None:
    """Con un contenedor en marcha, que `kill -9` deja huérfano."""
    container = web_server(client, ports={"80/tcp": None})
    first = private.status().pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(first)], timeout=PATIENCE)
    assert private.running() is None
    said: list[str] = []
    again = engine.connect(progress=said.append)
    assert again.ping()
    assert private.status().pid != first
    assert any("se paró solo" in line for line in said)
    found = again.containers.get(container.id)
    assert found.status == "exited"
    found.start()
    assert get(int(published(found)["port"])) == b"hola\n"


def test_killed_engine_leaves_nothing_either(home: Path, client: docker.DockerClient, living: Living) -> None:
    """Muere sin despedirse y se pide parar: contenedores huérfanos, puentes y sockets se van igual."""
    paths = folders.folder()
    client.networks.create("red", labels={"muelle": "1"})
    web_server(client, network="red")
    pids = [process.pid for process in remains.processes(paths)]
    sockets, bridges = listening_files(paths), remains.bridges(paths)
    for process in remains.processes(paths):
        with suppress(psutil.NoSuchProcess):  # los contenedores lanzan procesos que duran un segundo
            if process.name().startswith(("dockerd", "containerd")):
                process.kill()

    def engine_is_dead() -> bool:
        return not any(name.startswith(("dockerd", "containerd")) for name in names(living(pids)))

    wait_until(engine_is_dead, "mueren el motor y su containerd")
    assert "httpd" in names(living(pids))
    assert private.stop(keep_data=False)
    assert living(pids) == []
    assert remains.mounts(paths) == []
    assert set(network.bridges()).isdisjoint(bridges)
    assert [path for path in sockets if Path(path).exists()] == []
    assert [path for path in home.rglob("*") if path.is_file()] == [paths.lock]


def answers(client: docker.DockerClient) -> bool:
    """Si el demonio responde."""
    try:
        return bool(client.ping())
    except (docker.errors.DockerException, OSError):
        return False


def test_with_live_restore_the_process_outlives_the_daemon(client: docker.DockerClient) -> None:
    """Con esa opción puesta, se va el demonio, vuelve otro, y el proceso es el mismo."""
    # comprueba: el-proceso-no-necesita-al-demonio
    paths = folders.folder()
    settings = json.loads(paths.config.read_text(encoding="utf-8"))
    paths.config.write_text(json.dumps({**settings, "live-restore": True}), encoding="utf-8")
    daemon = psutil.Process(private.status().pid)
    order = daemon.cmdline()
    daemon.send_signal(signal.SIGHUP)
    wait_until(lambda: client.info()["LiveRestoreEnabled"], "el demonio lee su configuración")
    container = web_server(client)
    container.reload()
    before = container.attrs["State"]
    daemon.terminate()
    daemon.wait(PATIENCE)
    assert psutil.Process(before["Pid"]).name() == "sh"

    again = subprocess.Popen(order, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: answers(client), "responde el demonio nuevo")
        container.reload()
        after = container.attrs["State"]
        assert after["Running"]
        assert (after["Pid"], after["StartedAt"]) == (before["Pid"], before["StartedAt"])
    finally:
        again.terminate()
        again.wait(PATIENCE)


def test_call_in_the_middle_of_a_death_is_a_sentence(client: docker.DockerClient) -> None:
    """Quien espera una respuesta cuando el motor muere se entera, y no se queda colgado."""
    container = web_server(client)
    pid = private.status().pid
    assert pid is not None
    stream = container.logs(stream=True, follow=True)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(Exception) as caught:
        list(stream)  # espera hasta que el motor muere
        client.ping()
    said = engine.explain(caught.value)
    assert isinstance(said, EngineUnavailable)
    assert engine.connect().ping()


def test_stopped_in_its_tracks_is_restarted(home: Path, living: Living) -> None:
    """Un demonio congelado (SIGSTOP) tiene proceso y socket, pero no responde."""
    del home
    private.start()
    first = private.status().pid
    assert first is not None
    os.kill(first, signal.SIGSTOP)
    assert engine.find().client().ping()
    assert private.status().pid != first
    assert living([first]) == []


def test_stale_pid_of_another_program(home: Path) -> None:
    """El pid anotado es ahora de otro: ni se le toma por el motor ni se le mata."""
    del home
    paths = folders.prepare()
    with subprocess.Popen(["sleep", "300"]) as other:
        try:
            paths.pid.write_text(f"{other.pid}\n", encoding="ascii")
            paths.state.write_text(
                json.dumps({"kind": "dockerd (root)", "pid": other.pid, "created": 1.0}), encoding="utf-8"
            )
            assert not private.status().running
            assert private.start().client().ping()
            assert private.stop()
            assert other.poll() is None
        finally:
            other.kill()


def test_stale_socket_and_broken_notes(home: Path) -> None:
    del home
    paths = folders.prepare()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(paths.socket))
    paths.state.write_text("{", encoding="utf-8")
    paths.pid.write_text("basura", encoding="ascii")
    assert private.running() is None
    assert private.start().client().ping()


def test_lost_notes_of_a_living_engine(home: Path, living: Living) -> None:
    """Sin notas ni pid, al motor vivo se le reconoce por su orden."""
    del home
    private.start()
    pid = private.status().pid
    paths = folders.folder()
    for file in (paths.state, paths.pid):
        file.unlink()
    assert private.status().pid == pid
    private.stop()
    assert pid is not None
    assert living([pid]) == []


def test_socket_is_only_mine_and_there_is_no_tcp(home: Path) -> None:
    del home
    private.start()
    paths = folders.folder()
    assert stat.S_IMODE(paths.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(paths.run.stat().st_mode) == 0o700
    for process in remains.processes(paths):
        with suppress(psutil.NoSuchProcess):  # los que lanza el demonio para un momento
            public = [
                c
                for c in process.net_connections(kind="inet")
                if c.status == psutil.CONN_LISTEN and c.laddr.ip not in ("127.0.0.1", "::1")
            ]
            assert public == []
            assert "tcp://" not in " ".join(process.cmdline())


def test_published_port_is_reachable_and_only_here(client: docker.DockerClient) -> None:
    found = published(web_server(client, ports={"80/tcp": None}))
    assert found["ip"] == "127.0.0.1"
    assert get(int(found["port"])) == b"hola\n"


def test_containers_of_a_network_see_each_other(client: docker.DockerClient) -> None:
    client.networks.create("vecinos", labels={"muelle": "1"})
    web_server(client, name="servidor", network="vecinos")
    script = "for i in 1 2 3 4 5 6 7 8 9; do wget -q -O - http://servidor/ && exit 0; sleep 1; done; exit 1"
    said = client.containers.run(base.NAME, ["sh", "-c", script], network="vecinos", remove=True)
    assert said == b"hola\n"


def test_a_bridge_keeps_its_address_whoever_comes(home: Path, client: docker.DockerClient) -> None:
    """Si cambiara con cada contenedor, los demás enviarían a la vieja hasta que se olvida: medio minuto."""
    del home
    ip = engine.ensure_tool("ip")
    own = client.networks.create("red", labels={"muelle": "1"})
    for name in (folders.folder().bridge, f"br-{own.id[:12]}"):
        address = network.INTERFACES / name / "address"
        before = address.read_text()
        lowest = ["muelle-p0", "address", "00:00:00:00:00:01"]
        subprocess.run([ip, "link", "add", *lowest, "type", "veth", "peer", "muelle-p1"], check=True)
        try:
            subprocess.run([ip, "link", "set", "muelle-p0", "master", name], check=True)
            assert address.read_text() == before
        finally:
            subprocess.run([ip, "link", "del", "muelle-p0"], check=True)


@pytest.fixture
def foreign_bridge() -> Iterator[str]:
    """Un puente con nombre de red de Docker, pero de otro motor."""
    name = "br-0123456789ab"
    ip = engine.ensure_tool("ip")
    subprocess.run([ip, "link", "add", "name", name, "type", "bridge"], check=True)
    yield name
    subprocess.run([ip, "link", "del", "dev", name], check=True)


def test_other_engines_rules_and_bridges_are_untouched(home: Path, foreign_bridge: str) -> None:
    del home
    before = foreign_rules()
    client = private.start().client()
    base.ensure(client)
    client.networks.create("red", labels={"muelle": "1"})
    published(web_server(client, ports={"80/tcp": None}))
    assert foreign_rules() == before
    client.close()
    private.stop(keep_data=False)
    assert foreign_rules() == before
    assert network.is_bridge(foreign_bridge)


@pytest.mark.parametrize("name", ["con espacios y ñandú", "muy-" + "largo-" * 30, "100% #1 ¿qué?"])
def test_odd_paths(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUELLE_HOME", str(home / name))
    client = engine.connect()
    assert client.containers.run(base.NAME, ["echo", "hola"], remove=True) == b"hola\n"
    paths = folders.folder()
    assert paths.data.is_dir()
    assert private.stop(keep_data=False)
    assert remains.mounts(paths) == []
    assert [path for path in (home / name).rglob("*") if path.is_file()] == [folders.folder().lock]
    assert not paths.run.exists()


def test_daemon_that_cannot_start_quotes_its_log(home: Path) -> None:
    """Con un archivo donde iba la carpeta de datos, dockerd se va; la frase dice por qué."""
    del home
    folders.prepare().data.write_text("estorbo", encoding="utf-8")
    with pytest.raises(EngineUnavailable, match=r"se cerró al arrancar: «.*datos.*»"):
        private.start()
    paths = folders.folder()
    assert remains.processes(paths) == []
    assert remains.bridges(paths) == []
    paths.data.unlink()


@pytest.fixture
def other(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """La dirección de un motor vivo que no es el privado de esta casa: el de otra."""
    url = private.start().url
    monkeypatch.setenv("MUELLE_HOME", str(home.parent / "otra-casa"))
    monkeypatch.delenv("MUELLE_ENGINE")
    yield url
    monkeypatch.setenv("MUELLE_HOME", str(home))


def test_chosen_living_engine_is_used(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUELLE_ENGINE", other)
    monkeypatch.setenv("DOCKER_HOST", "unix:///no/existe.sock")
    found, client = engine.connection()
    assert (found.url, found.private) == (other, False)
    said = engine.describe(client, found)
    assert said.engine_version == client.version()["Version"]
    assert said.host_name == client.info()["Name"]
    assert said.api_version == client.version()["ApiVersion"]
    assert said.same_host is True


def test_chosen_engine_that_dies_is_an_error(home: Path, other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", other)
    assert engine.connect().ping()
    with monkeypatch.context() as back:
        back.setenv("MUELLE_HOME", str(home))
        private.stop()
    with pytest.raises(MuelleError, match="No hay ningún motor"):
        engine.connect()
    assert not (home / "motor/docker.sock").exists()


def test_private_engine_named_by_docker_host_is_started_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`clase` da DOCKER_HOST a la terminal de JupyterLab: si el motor privado murió, se arranca otra vez."""
    del home
    monkeypatch.delenv("MUELLE_ENGINE")
    monkeypatch.setenv("DOCKER_HOST", private.start().url)
    private.stop()
    found, client = engine.connection()
    assert found.private
    assert client.ping()
