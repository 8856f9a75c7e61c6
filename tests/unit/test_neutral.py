"""Lo que cada persona tiene en su cliente de Docker: qué se dice de ello y que no llega a ningún sitio."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import cast

import pytest
from docker.errors import DockerException

from muelle.engine import Endpoint, neutral
from muelle.wire.needs import Ear, Order
from muelle.wire.process import prepare
from muelle.wire.talk import listen

SETTINGS = {
    "credsStore": "no-existe",
    "auths": {"registro.example": {"auth": "bm86bmFkYQ=="}},
    "proxies": {"default": {"httpProxy": "http://proxy.example:3128"}},
    "HttpHeaders": {"X-De-La-Persona": "1"},
    "detachKeys": "ctrl-q,q",
}
VARIABLES = {
    "DOCKER_CONTENT_TRUST": "1",
    "DOCKER_DEFAULT_PLATFORM": "linux/arm64",
    "DOCKER_API_VERSION": "cualquiera",
    "DOCKER_BUILDKIT": "0",
    "DOCKER_CLI_EXPERIMENTAL": "enabled",
    "DOCKER_CUSTOM_HEADERS": "X-De-La-Persona=1",
    "BUILDX_BUILDER": "el-suyo",
    "BUILDKIT_HOST": "tcp://otra-maquina:1234",
}
ODD = [
    *("[]", "null", "3", '"x"', '{"a":', "\0", ""),
    *('{"proxies": []}', '{"proxies": {"default": "x"}}', '{"HttpHeaders": 3}'),
    *('{"auths": "x"}', '{"auths": {"a": 3}}', '{"auths": {"a": {"auth": "%%%"}}}'),
    *('{"credHelpers": []}', '{"credsStore": 3}', '{"cliPluginsExtraDirs": 3}', '{"psFormat": 3}'),
]
"""Archivos que el SDK, al leerlos, no entiende o no espera."""


@pytest.fixture
def persons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """El `config.json` de una persona, en su carpeta."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    return tmp_path / "config.json"


def test_the_doctor_names_it(persons: Path) -> None:
    persons.write_text(json.dumps(SETTINGS), encoding="utf-8")
    variables = {**VARIABLES, "DOCKER_CONFIG": str(persons.parent), "DOCKER_HOST": "unix:///x"}
    assert neutral.injected_variables(variables) == sorted(VARIABLES)
    words = list(neutral.injected_settings(variables))
    assert {"credenciales", "proxies", "cabeceras HTTP", "teclas para soltarse"} <= set(words)
    assert any("docker-credential-no-existe" in word for word in words)


def test_a_plain_client_gets_no_remark(persons: Path) -> None:
    for text in ('{"auths": {}, "currentContext": "x"}', "no es JSON", ""):
        persons.write_text(text, encoding="utf-8")
        assert list(neutral.injected_settings(os.environ)) == []
    assert neutral.injected_variables({"PATH": "/bin", "DOCKER_HOST": "x", "DOCKER_CONTEXT": ""}) == []


@pytest.mark.parametrize("text", ODD)
def test_an_odd_file_breaks_nothing(text: str, persons: Path) -> None:
    persons.write_text(text, encoding="utf-8")
    with pytest.raises(DockerException, match="API version"):  # llega a preguntar al motor, que no está
        Endpoint(f"unix://{persons.parent}/no-hay.sock", "la prueba").client()
    assert len(list(neutral.injected_settings(os.environ))) <= 1
    assert json.dumps(neutral.config(os.environ))


class _Nobody:
    """Quien oiría a la orden."""

    url = "unix:///el-que-oye.sock"


def test_no_variable_of_the_client_reaches_a_command(persons: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**VARIABLES, "DOCKER_HOST": "tcp://otro", "DOCKER_CONTEXT": "otro"}.items():
        monkeypatch.setenv(name, value)
    ended = prepare(Order(("env",), {}, 60, None))(cast(Ear, _Nobody()))
    seen = dict(
        line.split("=", 1) for line in ended.output.splitlines() if line.startswith(("DOCKER", "BUILD"))
    )
    assert seen.pop("DOCKER_CONFIG") != str(persons.parent)
    assert seen == {"DOCKER_HOST": _Nobody.url}


def test_neither_do_they_reach_what_runs_while_listening(
    persons: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dentro del `with` valen para `!docker`; después, todo vuelve a ser como era."""
    persons.write_text(json.dumps({**SETTINGS, "cliPluginsExtraDirs": ["/opt/suyos"]}), encoding="utf-8")
    for name, value in VARIABLES.items():
        monkeypatch.setenv(name, value)
    before = dict(os.environ)
    with socket.socket(socket.AF_UNIX) as engine:
        engine.bind(str(tmp_path / "motor.sock"))
        engine.listen()
        with listen(f"unix://{tmp_path}/motor.sock"):
            assert not set(VARIABLES) & set(os.environ)
            given = json.loads((Path(os.environ["DOCKER_CONFIG"]) / "config.json").read_text("utf-8"))
    assert given == {"cliPluginsExtraDirs": [str(tmp_path / "cli-plugins"), "/opt/suyos"]}
    assert dict(os.environ) == before
