"""Lo que corrige sin motor: leer cuadernos de extraños, las reglas del guardián y el informe."""

from __future__ import annotations

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from muelle.errors import NotFound
from muelle.exercises import Diagnosis, Outcome, Result
from muelle.grading import grade
from muelle.grading.policy import LABEL, Denied, Policy, parse
from muelle.grading.report import write
from muelle.grading.run import _shown
from muelle.grading.runner import MOST_TEXT, _from_result
from muelle.grading.submission import BadNotebook, read


def _notebook(path: Path, *sources: str, outputs: str = "", language: str = "python") -> Path:
    html = {"output_type": "display_data", "data": {"text/html": outputs}, "metadata": {}}
    cells = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [html] if outputs else []}
        for source in sources
    ]
    metadata = {"kernelspec": {"name": "x", "language": language}, "muelle": {"capitulo": "01-arquitectura"}}
    data = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_the_call_to_check_is_taken_out_and_its_answer_kept(tmp_path: Path) -> None:
    path = _notebook(tmp_path / "a.ipynb", 'respuesta = 3\nmuelle.check("cuantas-capas", respuesta + 1)')
    (cell,) = read(path).cells
    assert (cell.slug, cell.answer) == ("cuantas-capas", "respuesta + 1")
    assert "check" not in cell.source
    assert "respuesta = 3" in cell.source


@pytest.mark.parametrize("look", ["{}", "{}.solved", "{}.solved is True"])
def test_a_cell_may_look_at_its_result(tmp_path: Path, look: str) -> None:
    call = 'muelle.check("cuantas-capas", 3)'
    (cell,) = read(_notebook(tmp_path / "a.ipynb", f"assert {look.format(call)}")).cells
    exec(cell.source, {})


def test_seed_rounds_and_tries_come_from_the_outputs(tmp_path: Path) -> None:
    marks = '<div data-muelle="cuantas-capas|abc1:2|5"></div><div data-muelle="que-codigo|abc1:0|1"></div>'
    submission = read(_notebook(tmp_path / "a.ipynb", "1", outputs=marks))
    assert submission.seed == "abc1"
    assert submission.rounds == {"cuantas-capas": 2, "que-codigo": 0}
    assert submission.tries == {"cuantas-capas": 5, "que-codigo": 1}


def test_a_forged_mark_is_not_code(tmp_path: Path) -> None:
    marks = '<div data-muelle="x|../../etc:0|1"></div>'
    assert read(_notebook(tmp_path / "a.ipynb", "1", outputs=marks)).seed == ""


def test_shell_shortcuts_do_not_hide_the_exercise(tmp_path: Path) -> None:
    """Un ejercicio de estado se puede hacer con `!docker …` en la misma celda que lo comprueba."""
    source = '!docker run -d muelle/base sleep 600\n%time 1 + 1\nmuelle.check("parar-no-borra")'
    (cell,) = read(_notebook(tmp_path / "a.ipynb", source)).cells
    assert cell.slug == "parar-no-borra"
    assert "docker run -d muelle/base sleep 600" in cell.source
    assert "muelle.check" not in cell.source


@pytest.mark.parametrize(
    "source", ['muelle.check("x"', "muelle.check\0", "!\0 muelle.check(", "(" * 500 + "muelle.check"]
)
def test_a_cell_that_is_not_code_is_left_as_it_is(tmp_path: Path, source: str) -> None:
    (cell,) = read(_notebook(tmp_path / "a.ipynb", source)).cells
    assert not cell.slug
    assert "muelle.check" in cell.source


def test_a_byte_order_mark_is_not_damage(tmp_path: Path) -> None:
    path = _notebook(tmp_path / "a.ipynb", "1")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read(path).cells) == 1


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        '{"cells": 3}',
        '{"cells": [{}]}',
        '{"cells": [{"cell_type": "code"}]}',
        "[" * 100_000,
    ],
    ids=["vacío", "a-medias", "lista", "nulo", "cells-número", "celda-vacía", "sin-source", "anidado"],
)
def test_a_broken_notebook_is_one_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.ipynb"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadNotebook, match="dañado"):
        read(path)


def test_another_kernel_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadNotebook, match="«R»"):
        read(_notebook(tmp_path / "a.ipynb", "1", language="R"))


def test_no_notebooks_is_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no hay ningún cuaderno"):
        grade(tmp_path, tmp_path / "informe")
    with pytest.raises(NotFound, match="No encuentro"):
        grade(tmp_path / "no", tmp_path / "informe")


OWN, OTHER = {LABEL: "ana"}, {"obra": "de otra persona"}
THINGS = {
    ("containers", "mio"): OWN,
    ("containers", "ajeno"): OTHER,
    ("images", "mia"): OWN,
    ("images", "ajena:1"): OTHER,
    ("images", "muelle/base"): {"muelle.base": "1"},
    ("networks", "ajena"): OTHER,
    ("volumes", "ajeno"): OTHER,
}


@pytest.fixture
def policy() -> Policy:
    return Policy(
        "ana",
        lambda kind, name: THINGS.get((kind, name)),
        lambda execution: {"e1": "mio", "e2": "ajeno"}.get(execution, ""),
    )


@pytest.mark.parametrize(
    "line",
    [
        "GET /_ping",
        "HEAD /_ping",
        "GET /v1.41/containers/json?all=1",
        "GET /v1.41/images/muelle/base/json",
        "DELETE /v1.41/containers/mio?force=1",
        "POST /v1.41/containers/mio/stop?t=1",
        "POST /v1.41/containers/no-existe/start",
        "DELETE /v1.41/images/mia",
        "POST /v1.41/exec/e1/start",
        "GET /v1.41/events?since=0",
    ],
)
def test_allowed(policy: Policy, line: str) -> None:
    method, _, target = line.partition(" ")
    request, _ = policy.judge(parse(method, target))
    assert request.target == target


@pytest.mark.parametrize(
    "line",
    [
        "DELETE /v1.41/containers/ajeno?force=1",
        "DELETE /containers/ajeno",
        "POST /v1.41/containers/ajeno/stop",
        "GET /v1.41/containers/ajeno/archive?path=/",
        "POST /v1.41/containers/ajeno/exec",
        "POST /v1.41/exec/e2/start",
        "DELETE /v1.41/images/ajena:1",
        "DELETE /v1.41/images/muelle/base",
        "POST /v1.41/images/mia/tag?repo=ajena&tag=1",
        "POST /v1.41/build?t=ajena:1",
        "POST /v1.41/build?t=mia&t=ajena:1",
        "POST /v1.41/build?remote=http://x/",
        "POST /v1.41/build?networkmode=host",
        "POST /v1.41/commit?container=ajeno",
        "POST /v1.41/commit?container=mio&repo=ajena&tag=1",
        "POST /v1.41/images/create?fromImage=alpine",
        "POST /v1.41/images/load",
        "POST /v1.41/containers/prune",
        "POST /v1.41/images/prune",
        "DELETE /v1.41/networks/ajena",
        "DELETE /v1.41/volumes/ajeno",
        "POST /v1.41/swarm/init",
        "POST /v1.41/plugins/pull",
        "POST /session",
        "POST /grpc",
        "DELETE /v1.41/containers/%61jeno",
        "DELETE /v1.41/containers/mio/../ajeno",
        "DELETE //v1.41/containers/ajeno",
        "DELETE /v1.41/containers/mio%2f..%2fajeno",
        "GET http://otro/containers/json",
    ],
)
def test_denied(policy: Policy, line: str) -> None:
    method, _, target = line.partition(" ")
    with pytest.raises(Denied):
        policy.judge(parse(method, target))


def _create(policy: Policy, body: Any) -> dict[str, Any]:
    _, rewrite = policy.judge(parse("POST", "/v1.41/containers/create"))
    assert rewrite
    data: dict[str, Any] = json.loads(rewrite(body if isinstance(body, bytes) else json.dumps(body).encode()))
    return data


def test_what_is_created_carries_the_student(policy: Policy) -> None:
    data = _create(policy, {"Image": "muelle/base", "Labels": {"muelle": "1", LABEL: "otro"}})
    assert data["Labels"] == {"muelle": "1", LABEL: "ana"}
    request, _ = policy.judge(parse("POST", '/build?labels={"muelle":"1"}&t=mia'))
    assert json.loads(request.get("labels")) == {"muelle": "1", LABEL: "ana"}


@pytest.mark.parametrize(
    "body",
    [
        {"HostConfig": {"Binds": ["/:/x"]}},
        {"HostConfig": {"Privileged": True}},
        {"HostConfig": {"privileged": True}},
        {"HostConfig": {"PidMode": "host"}},
        {"HostConfig": {"NetworkMode": "host"}},
        {"HostConfig": {"NetworkMode": "container:ajeno"}},
        {"HostConfig": {"NetworkMode": "ns:/proc/1/ns/net"}},
        {"HostConfig": {"NetworkMode": "ajena"}},
        {"HostConfig": {"CapAdd": ["SYS_ADMIN"]}},
        {"HostConfig": {"Devices": [{"PathOnHost": "/dev/sda"}]}},
        {"HostConfig": {"Mounts": [{"Type": "bind", "Source": "/", "Target": "/x"}]}},
        {"HostConfig": {"VolumesFrom": ["ajeno"]}},
        {"HostConfig": {"SecurityOpt": ["seccomp=unconfined"]}},
        {"HostConfig": {"MaskedPaths": []}},
        {"HostConfig": {"LogConfig": {"Type": "syslog"}}},
        {"NetworkingConfig": {"EndpointsConfig": {"ajena": {}}}},
        {"hostconfig": {"Privileged": True}},
        {"HOSTCONFIG": {"Privileged": True}},
        b'{"Image": "x", "HostConfig": ',
        b"[]",
        b'{"HostConfig": {}, "HostConfig": {"Privileged": true}}',
    ],
)
def test_a_container_that_reaches_out_is_denied(policy: Policy, body: Any) -> None:
    with pytest.raises(Denied):
        _create(policy, body)


def test_what_the_cli_sends_for_a_plain_run_is_allowed(policy: Policy) -> None:
    host = {
        "Binds": None,
        "ContainerIDFile": "",
        "LogConfig": {"Type": "", "Config": {}},
        "NetworkMode": "default",
        "PortBindings": {},
        "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
        "AutoRemove": True,
        "CapAdd": None,
        "Privileged": False,
        "MemorySwappiness": -1,
        "MaskedPaths": None,
    }
    body = {"Image": "muelle/base", "Cmd": ["true"], "HostConfig": host, "NetworkingConfig": {}}
    assert _create(policy, body)["HostConfig"] == host


# Lo que envía `docker network create red`.
NETWORK = {
    "CheckDuplicate": True,
    "Driver": "bridge",
    "Scope": "",
    "EnableIPv6": False,
    "IPAM": {"Driver": "default", "Options": {}, "Config": []},
    "Internal": False,
    "Attachable": False,
    "Ingress": False,
    "ConfigOnly": False,
    "ConfigFrom": None,
    "Options": {},
    "Labels": {},
    "Name": "red",
}
VOLUME = {"Driver": "local", "DriverOpts": {}, "Labels": {}, "Name": "datos"}


def _make(policy: Policy, kind: str, body: dict[str, Any]) -> dict[str, Any]:
    _, rewrite = policy.judge(parse("POST", f"/v1.41/{kind}/create"))
    assert rewrite
    data: dict[str, Any] = json.loads(rewrite(json.dumps(body).encode()))
    return data


@pytest.mark.parametrize(("kind", "body"), [("networks", NETWORK), ("volumes", VOLUME)])
def test_a_plain_network_or_volume_carries_the_student(
    policy: Policy, kind: str, body: dict[str, Any]
) -> None:
    assert _make(policy, kind, body) == {**body, "Labels": {LABEL: "ana"}}


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("networks", {"Driver": "macvlan"}),
        ("networks", {"Options": {"parent": "eth0"}}),
        ("networks", {"ConfigFrom": {"Network": "ajena"}}),
        ("networks", {"S": 1}),
        ("volumes", {"Driver": "nfs"}),
        ("volumes", {"DriverOpts": {"type": "none", "o": "bind", "device": "/"}}),
    ],
)
def test_a_network_or_volume_that_reaches_out_is_denied(
    policy: Policy, kind: str, more: dict[str, Any]
) -> None:
    with pytest.raises(Denied):
        _make(policy, kind, {**(NETWORK if kind == "networks" else VOLUME), **more})


@dataclass(frozen=True)
class _Row:
    student: str
    notebook: str
    result: dict[str, Any]
    seed_shared_with: tuple[str, ...] = ()


def _verdict(outcome: str, **more: Any) -> dict[str, Any]:
    blank = {"found": "", "expected": "", "why": "", "message": "", "tries": 0}
    return {"slug": "cuantas-capas", "title": "¿Cuántas?", "outcome": outcome, **blank, **more}


def test_report_says_who_is_stuck_where(tmp_path: Path) -> None:
    rows = [
        _Row("ana", "ana.ipynb", {"verdicts": [_verdict("SOLVED", tries=2)], "seed": "a"}),
        _Row(
            "=eva()", "eva.ipynb", {"verdicts": [_verdict("WRONG", found="<b>dos")], "seed": "b"}, ("luis",)
        ),
        _Row("luis", "luis.ipynb", {"problem": "El archivo no es un cuaderno.", "retry": True}),
    ]
    table, page = write(tmp_path, rows, exposed="Con tu mismo usuario: <todo>.")
    with table.open(encoding="utf-8-sig", newline="") as stream:
        lines = list(csv.DictReader(stream, delimiter=";"))
    assert [line["resuelto"] for line in lines] == ["sí", "no", "no"]
    assert lines[0]["intentos"] == "2"
    assert lines[1]["estudiante"] == "'=eva()", "una hoja de cálculo no debe ejecutar un nombre"
    assert lines[1]["mismos valores que"] == "luis"
    assert lines[2]["problema del cuaderno"] == "El archivo no es un cuaderno."
    text = page.read_text(encoding="utf-8")
    assert "1 de 2" in text
    assert "&lt;b&gt;dos" in text
    assert "<b>dos" not in text
    assert "Con tu mismo usuario: &lt;todo&gt;." in text
    assert "sin privilegios" not in text
    assert "repite la misma orden" in text
    assert "http" not in text, "la página no pide nada a nadie"


def test_what_is_not_text_does_not_stop_the_report(tmp_path: Path) -> None:
    """Ni el nombre de un archivo en latin-1 (un zip hecho en Windows) ni una respuesta con medio carácter."""
    name = _shown(Path(os.fsdecode(b"Mu\xf1oz.ipynb")))
    rows = [_Row(name, name, {"verdicts": [_verdict("WRONG", found="\ud800x")], "seed": "a"})]
    table, page = write(tmp_path, rows, exposed="")
    assert "Mu\N{REPLACEMENT CHARACTER}oz" in table.read_text(encoding="utf-8-sig")
    assert "\\ud800x" in table.read_text(encoding="utf-8-sig")
    assert "\\ud800x" in page.read_text(encoding="utf-8")


def test_a_quoted_answer_is_cut() -> None:
    """Una respuesta enorme no deja una celda que la hoja de cálculo no pueda abrir."""
    reasons = Diagnosis("x" * 100_000, "y" * 100_000, "porque sí")
    verdict = _from_result(Result("a", "A", Outcome.WRONG, reasons), 1)
    assert len(verdict.found) == len(verdict.expected) == MOST_TEXT
