"""Las piezas pequeñas del motor: rutas, subredes, registro, programas y descripción."""

from __future__ import annotations

import ipaddress
import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muelle.engine import Endpoint, Tls, describe, description, install, notebook
from muelle.engine.private import folders, logs, network
from muelle.engine.private.folders import SOCKET_BYTES, Folder
from muelle.errors import EngineUnavailable, MissingTool, MuelleError

# --- rutas ---------------------------------------------------------------------------------------


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=150))
def test_sockets_always_fit_and_are_plain(name: str) -> None:
    """Sea cual sea la carpeta, la ruta de cada socket cabe y el SDK la entiende."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUELLE_HOME", "/tmp/" + name)
        paths = folders.folder()
    for path in (paths.socket, paths.exec / "containerd/containerd-debug.sock"):
        assert len(os.fsencode(path)) <= SOCKET_BYTES
        assert str(path).isascii()
        assert not set(str(path)) & set(" %?#\n")


def test_short_home_keeps_everything_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUELLE_HOME", "/tmp/m")
    paths = folders.folder()
    assert paths.run == paths.root == Path("/tmp/m/motor")


def test_each_home_has_its_bridge_that_the_kernel_accepts() -> None:
    names = {Folder(Path(f"/tmp/{i}"), Path("/tmp")).bridge for i in range(100)}
    assert len(names) == 100
    assert max(map(len, names)) <= 15


def test_folders_are_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "con espacio ñ"))
    paths = folders.prepare()
    assert paths.root.stat().st_mode & 0o777 == 0o700
    assert paths.run.stat().st_mode & 0o777 == 0o700
    paths.run.rmdir()


def test_many_may_prepare_the_folder_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "ñ"))
    with ThreadPoolExecutor(8) as pool:
        done = [pool.submit(folders.prepare) for _ in range(400)]
    (paths,) = {each.result() for each in done}
    assert not list(paths.root.iterdir())
    paths.run.rmdir()


@pytest.mark.parametrize("name", ["con,coma", "con:puntos", "con\nsalto"])
def test_paths_that_the_engine_cannot_use(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / name))
    with pytest.raises(MuelleError, match="MUELLE_HOME"):
        folders.prepare()


def test_home_that_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").touch()
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "x"))
    with pytest.raises(MuelleError, match="No se puede escribir"):
        folders.prepare()


def test_socket_folder_planted_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """En /tmp cualquiera puede adelantarse con un enlace a una carpeta suya."""
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "á"))
    paths = folders.folder()
    (tmp_path / "ajena").mkdir()
    paths.run.symlink_to(tmp_path / "ajena")
    try:
        with pytest.raises(MuelleError, match="no es solo de tu usuario"):
            folders.prepare()
    finally:
        paths.run.unlink()


# --- subredes ------------------------------------------------------------------------------------

NETWORKS = st.builds(
    lambda address, bits: ipaddress.IPv4Network((address, bits), strict=False),
    st.sampled_from([0xAC1FC800, 0x0AE70000, 0xC0A8C800]).flatmap(lambda low: st.integers(low, low + 0xFFFF)),
    st.integers(16, 30),
)


@given(st.lists(NETWORKS, max_size=6), st.integers(0, 255))
def test_free_subnet_overlaps_nothing(used: list[ipaddress.IPv4Network], start: int) -> None:
    try:
        found = network.free_subnet(used, start)
    except EngineUnavailable:
        assert all(any(pool.overlaps(net) for net in used) for pool in network._POOLS)
        return
    assert not any(found.overlaps(net) for net in used)
    assert found.is_private


def test_no_subnet_left() -> None:
    with pytest.raises(EngineUnavailable, match="No queda ninguna subred"):
        network.free_subnet([ipaddress.IPv4Network("0.0.0.0/0")])


def test_used_networks_has_the_loopback() -> None:
    assert any(net.network_address in ipaddress.IPv4Network("127.0.0.0/8") for net in network.used_networks())


# --- registro ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "no dejó nada en su registro"),
        ('time="x" level=info msg="Starting up"\n', "Starting up"),
        (
            'time="x" level=info msg="Starting up"\nfailed to start daemon: Devices cgroup isn\'t mounted\n'
            'time="x" level=info msg="stopping"\n',
            "failed to start daemon: Devices cgroup isn't mounted",
        ),
        ('time="x" level=error msg="no va" error="open \\"/x\\": no"\n', 'no va: open "/x": no'),
    ],
)
def test_last_useful_line(text: str, expected: str, tmp_path: Path) -> None:
    log = tmp_path / "motor.log"
    log.write_text(text, encoding="utf-8")
    assert logs.last_useful_line(log) == expected


def test_log_that_is_not_there_or_is_bytes(tmp_path: Path) -> None:
    assert logs.last_useful_line(tmp_path / "nada") == "no dejó nada en su registro"
    (tmp_path / "log").write_bytes(b"\xff\xfe level=error " + b"x" * 1000)
    assert len(logs.last_useful_line(tmp_path / "log")) <= 240


# --- programas -----------------------------------------------------------------------------------


@pytest.fixture
def empty_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Una máquina sin más programas que los que la prueba ponga."""
    monkeypatch.setattr(install, "_SYSTEM_FOLDERS", ())
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.mark.usefixtures("empty_machine")
def test_missing_tool_names_what_to_type() -> None:
    with pytest.raises(MissingTool, match="graphviz"):
        install.ensure_tool("dot")


@pytest.mark.skipif(sys.platform != "linux", reason="apt solo existe en Linux")
def test_apt_offline_is_a_sentence(empty_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(empty_machine, "apt-get", "echo 'E: Unable to fetch some archives' >&2; exit 100")
    monkeypatch.setattr(install, "can_install", lambda: True)
    with pytest.raises(MissingTool, match=r"Unable to fetch some archives.*apt-get install -y graphviz"):
        install.ensure_tool("dot")


def test_apt_updates_its_lists_once_and_installs(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Una imagen recién hecha no trae las listas: el primer intento falla, y tras `update` va."""
    script = (
        f'echo "$@" >> {empty_machine}/orders\n'
        f'case "$*" in *update*) : > {empty_machine}/lists; exit 0;; esac\n'
        f'[ -e {empty_machine}/lists ] || {{ echo "E: Unable to locate package" >&2; exit 100; }}\n'
        f"printf '#!/bin/sh\\n' > {empty_machine}/dot; /bin/chmod 755 {empty_machine}/dot"
    )
    program(empty_machine, "apt-get", script)
    monkeypatch.setattr(install, "can_install", lambda: True)
    assert install.ensure_tool("dot") == str(empty_machine / "dot")
    assert len((empty_machine / "orders").read_text(encoding="utf-8").splitlines()) == 3


def test_tool_in_a_package_of_its_own(empty_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Debian 13: `docker.io` se instala bien, pero la orden `docker` está en `docker-cli`."""
    script = (
        f"case \"$*\" in *docker-cli*) printf '#!/bin/sh\\n' > {empty_machine}/docker;"
        f" /bin/chmod 755 {empty_machine}/docker;; esac"
    )
    program(empty_machine, "apt-get", script)
    monkeypatch.setattr(install, "can_install", lambda: True)
    assert install.ensure_tool("docker") == str(empty_machine / "docker")


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_every_tool_can_be_hinted(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    hints = {name: install.hint(name) for name in install.TOOLS}
    assert all(re.match("escribe|instálalo|no lo hay", hint) for hint in hints.values()), hints
    assert "Docker" not in hints["hunspell"], "cada programa se consigue por su nombre"


@pytest.mark.skipif(sys.platform != "linux", reason="apt solo existe en Linux")
@pytest.mark.parametrize("lists", [True, False], ids=["con listas", "sin listas"])
def test_a_silent_package_server_is_said_soon(
    lists: bool, empty_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Un servidor que acepta y calla cuesta un plazo por archivo: apt se para tras el primero."""
    silence = "echo Err:1; exec /bin/sleep 3600"
    installs = silence if lists else "echo 'E: Unable to locate package'; exit 100"
    script = f'case "$*" in *update*) {silence};; esac\n{installs}'
    program(empty_machine, "apt-get", script)
    monkeypatch.setattr(install, "can_install", lambda: True)
    monkeypatch.setattr(install, "_LISTS_GRACE", 1.0)
    with pytest.raises(MissingTool, match=r"no responde.*apt-get install -y graphviz"):
        install.ensure_tool("dot")


@pytest.mark.skipif(sys.platform != "linux", reason="apt solo existe en Linux")
def test_old_lists_and_a_dead_extra_source_do_not_stop_the_rest(
    empty_machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Un 404 pide listas nuevas; que falte la de un repositorio añadido no impide instalar de los demás."""
    script = (
        'case "$*" in *update*) echo Err:1; exit 0;; esac\n'
        f"[ -e {empty_machine}/once ] || {{ : > {empty_machine}/once;"
        " echo Err:1; echo '  404  Not Found'; exit 100; }\n"
        f"printf '#!/bin/sh\\n' > {empty_machine}/dot; /bin/chmod 755 {empty_machine}/dot"
    )
    program(empty_machine, "apt-get", script)
    monkeypatch.setattr(install, "can_install", lambda: True)
    assert install.ensure_tool("dot") == str(empty_machine / "dot")


# --- descripción ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "tls", "expected"),
    [
        ("unix:///x", None, "socket Unix"),
        ("npipe:////./pipe/docker_engine", None, "tubería con nombre (named pipe)"),
        ("tcp://x:2375", None, "TCP"),
        ("tcp://x:2376", Tls(None, None, None, True), "TCP+TLS"),
        ("ssh://ana@x", None, "SSH"),
    ],
)
def test_transport(url: str, tls: Tls | None, expected: str) -> None:
    assert Endpoint(url, "", tls).transport == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///casa/ana/.docker/run/docker.sock", "unix://~/.docker/run/docker.sock"),
        ("unix:///casa/anabel/docker.sock", "unix:///…/docker.sock"),
        ("unix:///tmp/pruebas/motor/podman.sock", "unix:///…/podman.sock"),
        ("unix:///var/run/docker.sock", "unix:///var/run/docker.sock"),
        ("unix:///run/user/1000/podman/podman.sock", "unix:///run/user/1000/podman/podman.sock"),
        ("npipe:////./pipe/docker_engine", "npipe:////./pipe/docker_engine"),
        ("ssh://ana@servidor", "ssh://…@servidor"),
        ("tcp://servidor:2375", "tcp://servidor:2375"),
    ],
)
def test_address_hides_the_person(url: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/casa/ana"))
    assert Endpoint(url, "").shown == expected


def test_store_by_capability() -> None:
    classic = {"Driver": "overlay2", "DriverStatus": [["Backing Filesystem", "extfs"]]}
    modern = {"Driver": "overlayfs", "DriverStatus": [["driver-type", "io.containerd.snapshotter.v1"]]}
    assert description.store(classic) == "overlay2"
    assert description.store(modern) == "containerd (overlayfs)"
    assert description.store({}) is None


class _Answers:
    """Un cliente que responde lo que respondió un motor."""

    def __init__(self, version: dict[str, Any], info: dict[str, Any]) -> None:
        self._version, self._info = version, info
        self.api = self

    api_version = "1.41"

    def version(self) -> dict[str, Any]:
        return self._version

    def info(self) -> dict[str, Any]:
        return self._info


PODMAN = {
    "Version": "4.3.1",
    "Components": [
        {"Name": "Podman Engine", "Version": "4.3.1", "Details": {"MinAPIVersion": "4.0.0"}},
        {"Name": "Conmon", "Version": "conmon version 2.1.6, commit: unknown"},
        {"Name": "OCI Runtime (runc)", "Version": "runc version 1.1.5+ds1\nspec: 1.0.2\ngo: go1.19.8"},
    ],
}


def test_podman() -> None:
    info = {"Rootless": True, "Driver": "overlay", "OperatingSystem": "unknown"}
    said = describe(_Answers(PODMAN, info), Endpoint("unix:///x", ""))
    assert said.host_os is None
    assert said.engine_name == "Podman Engine"
    assert said.min_api_version == "4.0.0"
    assert said.components == (("Conmon", "2.1.6"), ("OCI Runtime (runc)", "1.1.5+ds1"))
    assert said.rootless


def test_docker_desktop_is_another_machine() -> None:
    info = {
        "OperatingSystem": "Docker Desktop",
        "Name": "docker-desktop",
        "KernelVersion": os.uname().release,
    }
    assert describe(_Answers({"Version": "28"}, info), Endpoint("unix:///x", "")).same_host is False


def test_silent_engine_leaves_holes_not_errors() -> None:
    said = describe(_Answers({}, {}), Endpoint("tcp://x:1", ""))
    assert (said.host_name, said.store, said.same_host, said.components) == (None, None, None, ())


# --- cuadernos -----------------------------------------------------------------------------------

CELLS = """
import json, docker.errors, requests
from IPython.core.interactiveshell import InteractiveShell
from muelle.engine import notebook
shell = InteractiveShell.instance()
shown = []
shell._showtraceback = lambda kind, exc, lines: shown.append(list(lines))
assert notebook.install_error_handler() and notebook.install_error_handler()
shell.run_cell("import docker.errors; raise docker.errors.DockerException('algo')")
shell.run_cell("from muelle.errors import NotFound; raise NotFound('no está')")
shell.run_cell("1/0")
print(json.dumps(shown))
"""


def test_a_cell_shows_a_sentence_not_a_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", CELLS], capture_output=True, text=True, check=True)
    engine, ours, other = json.loads(done.stdout.splitlines()[-1])
    assert engine == ["✗ No se puede hablar con el motor: «algo»."]
    assert ours == ["✗ no está"]
    assert "ZeroDivisionError" in "".join(other)


def test_outside_a_notebook_nothing_is_installed() -> None:
    assert notebook.install_error_handler() is False


def test_a_program_without_its_library_does_not_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "navegador"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    for library, found in (("c", str(program)), ("no-existe-esta", None)):
        tool = install.Tool(("navegador",), ("paquete",), None, None, "probar", libraries=(library,))
        monkeypatch.setitem(install.TOOLS, "navegador", tool)
        assert install.which("navegador") == found


def test_a_link_of_somebody_else_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """La carpeta de los sockets tiene un nombre que se puede adivinar: otro pudo poner ahí un enlace."""
    long_home = tmp_path / ("x" * 90)
    long_home.mkdir()
    monkeypatch.setenv("MUELLE_HOME", str(long_home))
    public = tmp_path / "publica"
    public.mkdir(mode=0o755)
    place = tmp_path / "enlace"
    place.symlink_to(public)
    monkeypatch.setattr(folders, "folder", lambda: folders.Folder(long_home / "motor", place))
    with pytest.raises(MuelleError, match="un enlace"):
        folders.prepare()
    assert public.stat().st_mode & 0o777 == 0o755
