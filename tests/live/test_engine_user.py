"""El motor privado de un usuario corriente: uno de verdad si se puede, o una frase que dice qué falta."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from muelle import base
from muelle.engine import private
from muelle.engine.private import folders, launchers, remains
from muelle.engine.private.launchers import podman, rootless
from muelle.errors import MissingTool, MuelleError
from patience import PATIENCE

NOBODY = 65534
Living = Callable[[Iterable[int]], list[int]]

pytestmark = [
    pytest.mark.live,
    pytest.mark.skipif(sys.platform != "linux", reason="el motor privado solo existe en Linux"),
]


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """La carpeta de una persona sin privilegios."""
    home = Path(tempfile.mkdtemp(prefix="muelle-persona-", dir="/tmp"))
    if os.geteuid() == 0:
        os.chown(home, NOBODY, NOBODY)
    for name in ("DOCKER_HOST", "MUELLE_ENGINE", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HOME", "MUELLE_HOME"):
        monkeypatch.setenv(name, str(home))
    yield home
    shutil.rmtree(home)


def as_person(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Lo que devuelve `act` en un proceso de esa persona. Un hijo basta: todo está ya importado."""
    if os.geteuid() != 0:
        return act()
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        try:
            os.chdir("/")
            os.setgroups([])
            os.setgid(NOBODY)
            os.setuid(NOBODY)
            answer = act()
        except BaseException as exc:
            answer = {"error": repr(exc)}
        os.write(write, json.dumps(answer).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    answer: dict[str, Any] = json.loads(said)
    return answer


def test_person_gets_an_engine_or_is_told_what_is_missing(person: Path, living: Living) -> None:
    def act() -> dict[str, Any]:
        said: list[str] = []
        try:
            endpoint = private.start(progress=said.append)
        except MissingTool as exc:
            return {"missing": str(exc), "podman": podman.available()}
        try:
            client = endpoint.client()
            base.ensure(client)
            # Sin `remove=True`: Podman 4 puede colgar a quien sigue el registro de un contenedor terminado.
            container = client.containers.run(base.NAME, ["id", "-u"], detach=True, network_mode="none")
            container.wait(timeout=PATIENCE)
            output = container.logs()
            pids = [process.pid for process in remains.processes(folders.folder())]
            return {
                "kind": private.status().kind,
                "said": said,
                "ids": rootless.has_ids(),
                "output": output.decode(),
                "mode": oct(folders.folder().socket.stat().st_mode & 0o777),
                "pids": pids,
            }
        finally:
            private.stop(keep_data=False)

    answer = as_person(act)
    assert "error" not in answer
    if "missing" in answer:
        assert not answer["podman"]
        assert "apt-get install" in answer["missing"]
        assert "podman" in answer["missing"]
        return
    assert answer["kind"] in ("podman", "dockerd (rootless)", "dockerd (rootless, contenedores sin red)")
    assert any(answer["kind"] in line for line in answer["said"])
    lacks_ids = answer["kind"] == "podman" and not answer["ids"]
    assert any("--add-subuids" in line for line in answer["said"]) == lacks_ids
    assert answer["output"] == "0\n"
    assert answer["mode"] == "0o600"
    assert answer["pids"]
    assert living(answer["pids"]) == []
    assert [path.name for path in person.rglob("*") if path.is_file()] == ["motor.lock"]


def test_person_without_programs_is_told_which(
    person: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nunca se instala nada sin ser administrador: se dice la orden."""
    from muelle.engine import install

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(install, "_SYSTEM_FOLDERS", ())

    def act() -> dict[str, Any]:
        try:
            launchers.choose(folders.prepare(), lambda _: None)
        except MissingTool as exc:
            return {"missing": str(exc)}
        return {}

    said = as_person(act)["missing"]
    assert "docker.io" in said
    assert "rootlesskit" in said
    assert "sudo apt-get install -y podman" in said
    assert person.exists()


@pytest.mark.skipif(
    os.geteuid() != 0, reason="solo el administrador puede dejar una carpeta que no es de la persona"
)
def test_folder_left_by_root_is_a_sentence(person: Path) -> None:
    """Tras un `sudo ./curso`, la carpeta del motor es de root y la persona no puede ni mirarla."""
    folders.prepare()
    (person / "motor").chmod(0o700)
    os.chown(person / "motor", 0, 0)

    def act() -> dict[str, Any]:
        answer: dict[str, Any] = {
            "running": private.running() is not None,
            "status": private.status().running,
        }
        for name, order in (("start", private.start), ("stop", private.stop)):
            try:
                order()
            except MuelleError as exc:
                answer[name] = str(exc)
        return answer

    said = as_person(act)
    assert said["running"] is False
    assert said["status"] is False
    assert "MUELLE_HOME" in said["start"]
    assert "MUELLE_HOME" in said["stop"]
    assert "denied" not in said["start"] + said["stop"], "el sistema lo dice en inglés; el curso, no"
