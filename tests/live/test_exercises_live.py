"""Comprobar desde el terminal, y lo que pasa cuando el motor o la respuesta no acompañan."""

from __future__ import annotations

from pathlib import Path

import docker
import pytest

from muelle import exercises
from muelle.exercises import Outcome, evaluate

pytestmark = pytest.mark.live

STATE = """
nombre, nuevo = valores["nombre"], valores["nuevo"]
orden = f"touch {nuevo}; echo otro > /etc/motd; rm /www/index.html"
opciones = {"name": nombre, "labels": {"muelle": "1"}, "detach": True}
client.containers.run("muelle/base", ["sh", "-c", orden], **opciones).wait()
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUELLE_HOME", str(tmp_path / "casa"))


def test_a_file_that_creates_containers_can_be_checked_twice(
    engine_client: docker.DockerClient, tmp_path: Path
) -> None:
    path = tmp_path / "respuesta.py"
    path.write_text(STATE, encoding="utf-8")
    try:
        for _ in range(2):
            result = exercises.check_file("tres-cambios", path, connect=lambda: engine_client)
            assert result.outcome is Outcome.SOLVED, result
    finally:
        engine_client.containers.get(exercises.values("tres-cambios")["nombre"]).remove(force=True)


def test_a_dockerfile_that_does_not_build_is_a_crash_and_leaves_nothing(
    engine_client: docker.DockerClient,
) -> None:
    before = {row["Id"] for row in engine_client.api.images(all=True, filters={"dangling": True})}
    exercise = exercises.get("en-primer-plano")
    result = evaluate(
        exercise, "FROM muelle/base\nRUN touch /x-7f31\nRUN false", lambda: engine_client, "a:0"
    )
    assert result.outcome is Outcome.CRASHED, result
    assert "no se construye" in result.message
    leftovers = engine_client.api.images(all=True, filters={"dangling": True})
    mine = [row for row in leftovers if row["Id"] not in before and _made_x(engine_client, row["Id"])]
    assert mine == []


def _made_x(client: docker.DockerClient, identifier: str) -> bool:
    return any("x-7f31" in row["CreatedBy"] for row in client.api.history(identifier))


def test_a_command_that_does_not_exist_is_a_crash(engine_client: docker.DockerClient) -> None:
    exercise = exercises.get("en-primer-plano")
    answer = 'FROM muelle/base\nCMD ["no-existe"]'
    result = evaluate(exercise, answer, lambda: engine_client, "a:0")
    assert result.outcome is Outcome.CRASHED, result
    assert "no arranca" in result.message


def test_a_container_that_never_ends_is_a_timeout(engine_client: docker.DockerClient) -> None:
    exercise = exercises.get("proyecto-multietapa")
    answer = 'FROM muelle/base\nCMD ["sleep", "300"]'
    result = evaluate(exercise, answer, lambda: engine_client, "a:0")
    assert result.outcome is Outcome.TIMEOUT, result
    assert (
        engine_client.containers.list(all=True, filters={"label": "muelle.comprobacion=proyecto-multietapa"})
        == []
    )
