"""Las reglas del guardián, sin motor: qué sale de cada petición, y qué no sale."""

from __future__ import annotations

import io
import json
import socket
import tarfile
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from docker.errors import NotFound

from muelle.grading.guard import LABEL, Denied, Refusal, dockerfile
from muelle.grading.guard.http import read
from muelle.grading.guard.judge import Judge
from muelle.grading.guard.relay import written
from muelle.grading.guard.table import OPERATIONS, TRAVEL, markdown
from muelle.grading.guard.things import Things

OWN, OTHER = {LABEL: "ana"}, {"obra": "de otra persona"}
THINGS = {
    ("container", "mio"): OWN,
    ("container", "ajeno"): OTHER,
    ("image", "mia"): OWN,
    ("image", "mia:latest"): OWN,
    ("image", "libre"): OWN,
    ("image", "ajena:1"): OTHER,
    ("image", "muelle/base"): {"muelle.base": "1"},
    ("image", "muelle/base:latest"): {"muelle.base": "1"},
    ("network", "ajena"): OTHER,
    ("network", "mia"): OWN,
    ("volume", "ajeno"): OTHER,
    ("image", "127.0.0.1:32000/mia:1"): OWN,
    ("image", "127.0.0.1:32000/ajena:1"): OTHER,
}
IDS = {
    name: f"{number:064x}" for number, name in enumerate(("mio", "ajeno", "mia", "ajena:1", "muelle/base"), 1)
}


class Engine:
    """Un motor con unas pocas cosas, para preguntarle de quién son."""

    def __getattr__(self, question: str) -> Any:
        kind = question.removeprefix("inspect_")

        def ask(name: str) -> dict[str, Any]:
            if question == "exec_inspect":
                owners = {"1" * 64: "mio", "2" * 64: "ajeno"}
                if name not in owners:
                    raise NotFound("no está")
                return {"ContainerID": owners[name]}
            if (kind, name) not in THINGS:
                raise NotFound("no está")
            labels = THINGS[kind, name]
            identifier = IDS.get(name.removesuffix(":latest"), "f" * 64)
            return {"Id": identifier, "Name": name, "Labels": labels, "Config": {"Labels": labels}}

        return ask

    def containers(self, filters: Any = None, **_more: Any) -> list[dict[str, Any]]:
        if not filters:
            return [{"ImageID": IDS["mia"], "Labels": each} for each in (OWN, OTHER)]
        assert filters == {"label": f"{LABEL}=ana", "status": "running"}
        return [{"Ports": [{"PrivatePort": 1}, {"PrivatePort": 5000, "PublicPort": 32000}]}]

    def images(self, **_more: Any) -> list[dict[str, Any]]:
        return [{"Id": IDS["ajena:1"], "Labels": OTHER}]


@pytest.fixture
def judge() -> Judge:
    return Judge(Things(Engine(), "ana"), "1.41")  # type: ignore[arg-type]


def _bytes(line: str, body: bytes = b"", kind: str = "application/json") -> bytes:
    head = f"{line} HTTP/1.1\r\nHost: d\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def _read(data: bytes) -> Any:
    here, there = socket.socketpair()
    with here, there:
        there.sendall(data)
        there.shutdown(socket.SHUT_WR)
        return read(here)


def _order(judge: Judge, line: str, body: Any = b"", kind: str = "application/json") -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return judge.order(_read(_bytes(line, data, kind)))


def _context(text: str, **files: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, data in {"Dockerfile": text.encode(), **files}.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("GET /_ping", "GET /v1.41/_ping"),
        ("HEAD /_ping", "HEAD /v1.41/_ping"),
        ("GET /v1.41/images/muelle/base/json", f"GET /v1.41/images/{IDS['muelle/base']}/json"),
        ("DELETE /v1.41/containers/mio?force=true", f"DELETE /v1.41/containers/{IDS['mio']}?force=1"),
        ("POST /v1.41/containers/%6dio/stop?t=1", f"POST /v1.41/containers/{IDS['mio']}/stop?t=1"),
        ("DELETE /v1.41/images/mia", "DELETE /v1.41/images/mia"),
        (f"POST /v1.41/exec/{'1' * 64}/start", f"POST /v1.41/exec/{'1' * 64}/start"),
        ("POST /images/mia/tag?repo=otra&tag=2", f"POST /v1.41/images/{IDS['mia']}/tag?repo=otra&tag=2"),
    ],
)
def test_what_is_sent_is_ours(judge: Judge, line: str, sent: str) -> None:
    assert written(_order(judge, line), "1.41").decode().startswith(f"{sent} HTTP/1.1\r\nHost: muelle\r\n")


def test_lists_are_of_the_student(judge: Judge) -> None:
    for line in ("GET /containers/json?all=1", 'GET /containers/json?filters={"label":["a"]}', "GET /events"):
        query = dict(_order(judge, line).query)
        assert f"{LABEL}=ana" in json.loads(query["filters"])["label"]
    order = _order(judge, "GET /images/json")
    rows = [{"Id": "x", "Labels": OTHER}, {"Id": "y", "Labels": OWN}, {"Id": IDS["muelle/base"]}]
    assert [row["Id"] for row in order.answer(rows)] == ["y", IDS["muelle/base"]]
    shown = _order(judge, "GET /info").answer({"HttpProxy": "http://u:p@h", "Labels": ["a=b"], "Driver": "x"})
    assert shown == {"Driver": "x"}


@pytest.mark.parametrize(
    "line",
    [
        "DELETE /v1.41/containers/ajeno?force=1",
        "DELETE /containers/ajeno",
        "POST /v1.41/containers/ajeno/stop",
        "GET /v1.41/containers/ajeno/json",
        "GET /v1.41/containers/ajeno/archive?path=/",
        "POST /v1.41/containers/ajeno/exec",
        f"POST /v1.41/exec/{'2' * 64}/start",
        "GET /v1.41/images/ajena:1/json",
        "GET /v1.41/images/ajena:1/get",
        "GET /v1.41/images/get?names=mia&names=ajena:1",
        "DELETE /v1.41/images/ajena:1",
        "DELETE /v1.41/images/muelle/base",
        "POST /v1.41/images/mia/tag?repo=ajena&tag=1",
        "POST /v1.41/images/mia/tag?repo=muelle/base",
        "POST /v1.41/build?t=ajena:1",
        "POST /v1.41/build?t=mia&t=ajena:1",
        "POST /v1.41/build?remote=http://x/",
        "POST /v1.41/build?networkmode=host",
        "POST /v1.41/build?version=2",
        "POST /v1.41/build?session=x",
        "POST /v1.41/build?volume=/:/x",
        "POST /v1.41/build?NetworkMode=host",
        "POST /v1.41/build?networkmode=container:ajeno",
        "POST /v1.41/build?networkmode=default&networkmode=host",
        'POST /v1.41/build?cachefrom=["ajena:1"]',
        'POST /v1.41/build?outputs=[{"Type":"local"}]',
        "POST /v1.41/build?cgroupparent=/",
        'POST /v1.41/build?securityopt=["seccomp=unconfined"]',
        "POST /v1.41/build?extrahosts=a:1",
        'POST /v1.41/build?buildargs={"HTTP_PROXY":null}',
        "POST /v1.41/build?secrets=x",
        "POST /v1.41/build?additionalbuildcontexts=x=image:ajena:1",
        "POST /v1.41/commit?container=ajeno",
        "POST /v1.41/commit?container=mio&repo=ajena&tag=1",
        "POST /v1.41/commit?container=mio&changes=ONBUILD+ADD+http://x+/",
        "POST /v1.41/images/create?fromImage=alpine",
        "POST /v1.41/images/create?fromSrc=http://x",
        "POST /v1.41/images/load",
        "POST /v1.41/containers/prune",
        "POST /v1.41/images/prune",
        *(f"POST /v1.41/{kind}/prune" for kind in ("networks", "volumes", "build")),
        "POST /v1.41/images/mia/push",
        "GET /v1.41/images/search?term=x",
        "GET /v1.41/distribution/mia/json",
        "POST /v1.41/auth",
        "GET /v1.41/containers/ajeno/logs?stdout=1",
        "GET /v1.41/containers/ajeno/export",
        "GET /v1.41/containers/ajeno/attach/ws?stream=1",
        "GET /v1.41/containers/mio/attach/ws?stream=1",
        "POST /v1.41/containers/ajeno/attach?stream=1",
        "PUT /v1.41/containers/ajeno/archive?path=/",
        "POST /v1.41/containers/ajeno/update",
        "POST /v1.41/containers/ajeno/rename?name=x",
        "POST /v1.41/containers/mio/copy",
        "POST /v1.41/containers/mio/checkpoints",
        "POST /v1.41/containers/mio/start?checkpoint=x",
        "POST /v1.41/images/create?fromSrc=-&changes=ONBUILD+RUN+x",
        "POST /v1.41/images/create?fromImage=alpine&fromSrc=-",
        "POST /v1.41/images/create?fromSrc=/etc",
        "GET /v1.41/networks/mia?scope=swarm",
        *(f"GET /v1.41/{kind}" for kind in ("nodes", "services", "secrets", "configs", "plugins", "tasks")),
        "GET /v1.41/plugins/x/json",
        "POST /v1.41/plugins/create?name=x",
        "GET /debug/pprof/heap",
        "GET /metrics",
        "GET /v1.41/networks/ajena",
        "DELETE /v1.41/networks/ajena",
        "GET /v1.41/volumes/ajeno",
        "DELETE /v1.41/volumes/ajeno",
        "POST /v1.41/swarm/init",
        "POST /v1.41/plugins/pull",
        "POST /session",
        "POST /grpc",
        "GET /v4.0.0/libpod/info",
        "GET /v1.40/containers/json",
        "GET /v1.42/containers/json",
        "DELETE /v1.41/containers/%61jeno",
        "DELETE /v1.41/containers/mio/../ajeno",
        "DELETE //v1.41/containers/ajeno",
        "DELETE /v1.41/containers/mio%2f..%2fajeno",
        "GET http://otro/containers/json",
        "GET /containers/json?all=1&all=0",
        "GET /containers/json?otra=1",
        "PATCH /containers/mio",
    ],
)
def test_denied(judge: Judge, line: str) -> None:
    with pytest.raises(Denied):
        _order(judge, line)


OWN_REGISTRY = "127.0.0.1:32000"


def test_images_travel_only_to_a_registry_of_the_student(judge: Judge) -> None:
    lines = (
        f"POST /v1.41/images/{OWN_REGISTRY}/mia/push?tag=1&tlsVerify=false",
        f"POST /v1.41/images/create?fromImage={OWN_REGISTRY}/otra:2&tlsVerify=false",
    )
    for line in lines:
        with pytest.raises(Denied):
            _order(judge, line)
    own = Judge(judge.things, "1.41", TRAVEL)
    sent = [written(_order(own, line), "1.41").decode().split("\r\n") for line in lines]
    assert [each[0] for each in sent] == [
        f"POST /v1.41/images/{OWN_REGISTRY}/mia/push?tag=1&tlsVerify=false HTTP/1.1",
        "POST /v1.41/images/create?fromImage=127.0.0.1%3A32000%2Fotra%3A2&tlsVerify=false HTTP/1.1",
    ]
    assert all("X-Registry-Auth: e30=" in each for each in sent)
    for line in (
        f"POST /v1.41/images/{OWN_REGISTRY}/ajena/push?tag=1",
        "POST /v1.41/images/mia/push",
        "POST /v1.41/images/127.0.0.1:5000/mia/push?tag=1",
        "POST /v1.41/images/create?fromImage=alpine",
        "POST /v1.41/images/create?fromImage=127.0.0.1:5000/x",
        "POST /v1.41/images/create?fromImage=127.0.0.2:32000/x",
        "POST /v1.41/images/create?fromImage=127.0.0.1:32000@h/x",
        f"POST /v1.41/images/create?fromImage={OWN_REGISTRY}/ajena&tag=1",
        f"POST /v1.41/images/create?fromImage={OWN_REGISTRY}/x&fromSrc=http://x",
        f"POST /v1.41/images/create?fromImage={OWN_REGISTRY}/x&repo=ajena&tag=1&fromSrc=-",
    ):
        with pytest.raises(Refusal):
            print(_order(own, line))


def test_a_name_on_the_base_is_his_and_the_base_is_not(judge: Judge) -> None:
    assert _order(judge, "POST /images/muelle/base/tag?repo=otra&tag=1").method == "POST"
    assert judge.things.names == {"otra:1"}
    THINGS["image", "otra:1"] = THINGS["image", "muelle/base"]
    try:
        assert _order(judge, "DELETE /images/otra:1").path == "/images/otra:1"
    finally:
        del THINGS["image", "otra:1"]
    with pytest.raises(Denied):
        _order(judge, "DELETE /images/muelle/base")


def test_by_force_only_what_no_foreign_container_uses(judge: Judge) -> None:
    with pytest.raises(Refusal) as found:
        _order(judge, "DELETE /images/mia?force=true")
    assert found.value.status == 409
    assert _order(judge, "DELETE /images/mia").query == ()
    assert _order(judge, "DELETE /images/mia?force=0").query == (("force", "0"),)
    assert _order(judge, "DELETE /images/libre?force=1").query == (("force", "1"),)


def test_an_ancient_version_gets_the_words_of_the_engine(judge: Judge) -> None:
    with pytest.raises(Refusal, match="too old") as found:
        _order(judge, "GET /v1.1/version")
    assert found.value.status == 400


@pytest.mark.parametrize(
    "data",
    [
        b"GET /_ping HTTP/1.1\r\nHost: x\r\nX: a\n\nDELETE /x HTTP/1.1\r\n\r\n",
        b"GET /_ping HTTP/1.1\r\nHost: x\r\nhost: y\r\n\r\n",
        b"GET /_ping HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET  /_ping HTTP/1.1\r\n\r\n",
        b"GET /_ping HTTP/2\r\n\r\n",
        b"POST /build HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /build HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        b"POST /build HTTP/1.1\r\nContent-Length: +1\r\n\r\nx",
        b"POST /build HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n",
        b"POST /build HTTP/1.1\r\nContent-Encoding: gzip\r\n\r\n",
        b"POST /x HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\r\n",
        b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n",
    ],
)
def test_what_can_be_read_in_two_ways_is_not_read(data: bytes) -> None:
    with pytest.raises(Denied):
        _read(data)


def test_a_body_in_pieces_is_one() -> None:
    asked = _read(
        b"POST /v1.41/x?a=%20b HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2;x=1\r\n{}\r\n1\r\n \r\n0\r\n\r\n"
    )
    assert (asked.body, asked.version, asked.path, asked.query) == (b"{} ", "1.41", "/x", (("a", " b"),))


def _create(judge: Judge, body: Any) -> dict[str, Any]:
    order = _order(judge, "POST /v1.41/containers/create", body)
    data: dict[str, Any] = json.loads(order.body)
    return data


def test_what_is_created_carries_the_student(judge: Judge) -> None:
    data = _create(judge, {"Image": "muelle/base", "Labels": {"muelle": "1", LABEL: "otro"}})
    assert data["Labels"] == {"muelle": "1", LABEL: "ana"}
    order = _order(judge, 'POST /build?labels={"muelle":"1"}&t=mia', _context("FROM muelle/base\n"))
    assert json.loads(dict(order.query)["labels"]) == {"muelle": "1", LABEL: "ana"}
    volumes = _create(judge, {"Image": "muelle/base", "Volumes": {"/x": {}}})["HostConfig"]["Mounts"]
    assert volumes == [
        {"Type": "volume", "Target": "/x", "VolumeOptions": {"Labels": {LABEL: "ana"}}},
    ]


@pytest.mark.parametrize(
    "body",
    [
        *(
            {"HostConfig": host}
            for host in (
                {"Binds": ["/:/x"]},
                {"Binds": ["ajeno:/x"]},
                {"Privileged": True},
                {"privileged": True},
                {"PidMode": "host"},
                {"NetworkMode": "host"},
                {"NetworkMode": "container:ajeno"},
                {"NetworkMode": "ns:/proc/1/ns/net"},
                {"NetworkMode": "ajena"},
                {"CapAdd": ["SYS_ADMIN"]},
                {"Devices": [{"PathOnHost": "/dev/sda"}]},
                {"Mounts": [{"Type": "bind", "Source": "/", "Target": "/x"}]},
                {"Mounts": [{"Type": "volume", "Source": "ajeno", "Target": "/x"}]},
                {
                    "Mounts": [
                        {"Type": "volume", "Target": "/x", "VolumeOptions": {"DriverConfig": {"Name": "x"}}}
                    ]
                },
                {"VolumesFrom": ["ajeno"]},
                {"SecurityOpt": ["seccomp=unconfined"]},
                {"MaskedPaths": []},
                {"maskedPaths": []},
                {"LogConfig": {"Type": "syslog"}},
                {"LogConfig": {"type": "syslog"}},
                {"CgroupnsMode": "host"},
                {"PortBindings": {"80/tcp": [{"HostIp": "10.0.0.1", "HostPort": "80"}]}},
                {"PidMode": "container:ajeno"},
                {"IpcMode": "container:ajeno"},
                {"IpcMode": "host"},
                {"UTSMode": "host"},
                {"UsernsMode": "keep-id"},
                {"CgroupParent": "/"},
                {"Cgroup": "container:ajeno"},
                {"Runtime": "io.containerd.runc.v2"},
                {"Sysctls": {"net.ipv4.ip_forward": "1"}},
                {"StorageOpt": {"size": "1G"}},
                {"Links": ["ajeno:x"]},
                {"GroupAdd": ["keep-groups "]},
                {"VolumeDriver": "otro"},
                {"Annotations": {"io.podman.annotations.userns": "host"}},
                {"ContainerIDFile": "/etc/x"},
                {"DeviceCgroupRules": ["a *:* rwm"]},
                {"DeviceRequests": [{"Count": -1, "Capabilities": [["gpu"]]}]},
                {"BlkioDeviceReadBps": [{"Path": "/dev/sda", "Rate": 1}]},
                {"ReadonlyPaths": None, "readonlyPaths": []},
                {"ExtraHosts": ["casa:host-gateway"]},
                {"Ulimits": [{"Name": "nofile", "Soft": 1, "Hard": 1, "host": True}]},
                {"LogConfig": {"Type": "json-file", "Config": {"env": "x"}}},
                {"LogConfig": {"Type": "fluentd"}},
                {"Tmpfs": {"/x": "size=1m:exec"}},
                {"Binds": ["mio:/x:z"]},
                {"Binds": ["mio:/x:O,upperdir=/etc"]},
                {"Binds": ["../etc:/x"]},
                {"NetworkMode": "slirp4netns:allow_host_loopback=true"},
                {"NetworkMode": "pasta:-T,22"},
                *(
                    {"Mounts": [{"Target": "/x", **mount}]}
                    for mount in (
                        {"Type": "image", "Source": "ajena:1"},
                        {"Type": "npipe", "Source": "/x"},
                        {"Type": "cluster", "Source": "x"},
                        {"Type": "glob", "Source": "/etc/*"},
                        {"Type": "volume", "type": "bind", "Source": "/"},
                        {"type": "bind", "Source": "/"},
                        {"Type": "volume", "Source": "/"},
                        {"Type": "volume", "BindOptions": {"CreateMountpoint": True}},
                        {"Type": "volume", "VolumeOptions": {"Subpath": "../.."}},
                        {
                            "Type": "volume",
                            "VolumeOptions": {
                                "DriverConfig": {
                                    "Name": "local",
                                    "Options": {"type": "none", "o": "bind", "device": "/"},
                                }
                            },
                        },
                    )
                ),
            )
        ),
        *({name: {"Binds": ["/:/x"]}} for name in ("HOSTCONFIG", "hostConfig", "Ho\u017ftConfig")),
        *({"HostConfig": {name: ["/:/x"]}} for name in ("binds", "BINDS", "Bind\u017f")),
        {"Env": ["HOME"]},
        {"Env": ["A=1", "*"]},
        {"EnvFile": ["/etc/environment"]},
        {"UnsetEnv": ["A"]},
        {"Secrets": [{"Source": "x"}]},
        {"Image": "ajena:1"},
        {"Volumes": {"/etc:/x": {}}},
        {"OnBuild": ["ADD http://x /"]},
        {"NetworkingConfig": {"EndpointsConfig": {"ajena": {}}}},
        {"NetworkingConfig": {"endpointsConfig": {"ajena": {}}}},
        {"hostconfig": {"Privileged": True}},
        b'{"HostConfig": {}, "HostConfig": {"Privileged": true}}',
        b'{"Image": "muelle/base", "image": "ajena:1"}',
        b'{"Image": "muelle/base", "Labels": {"a": "1", "A": "2"}, "HostConfig": {"Binds": [], "Binds": []}}',
    ],
    ids=str,
)
def test_a_container_that_reaches_out_is_denied(judge: Judge, body: Any) -> None:
    with pytest.raises(Denied):
        _create(judge, {"Image": "muelle/base", **body} if isinstance(body, dict) else body)


@pytest.mark.parametrize("body", [b'{"Image": "x", "HostConfig": ', b"[]", b'{"Image": NaN}', b"\xff"])
def test_a_body_that_is_not_understood_is_a_400(judge: Judge, body: bytes) -> None:
    with pytest.raises(Refusal) as found:
        _create(judge, body)
    assert found.value.status == 400


def test_a_name_that_is_not_of_a_container_is_a_404(judge: Judge) -> None:
    """`docker inspect muelle/base` pregunta primero por un contenedor."""
    with pytest.raises(Refusal) as found:
        _order(judge, "GET /containers/muelle/base/json")
    assert found.value.status == 404


# Lo que envía `docker run -p 80:80 muelle/base true` de la línea de órdenes.
RUN_HOST = {
    "Binds": None,
    "ContainerIDFile": "",
    "LogConfig": {"Type": "", "Config": {}},
    "NetworkMode": "default",
    "PortBindings": {"80/tcp": [{"HostIp": "", "HostPort": "80"}]},
    "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
    "AutoRemove": True,
    "CapAdd": None,
    "Privileged": False,
    "MemorySwappiness": -1,
    "MaskedPaths": None,
}


def test_what_the_cli_sends_for_a_plain_run_is_allowed(judge: Judge) -> None:
    endpoint = {"IPAMConfig": None, "Links": None, "Aliases": None, "NetworkID": "", "IPPrefixLen": 0}
    body = {
        "Image": "muelle/base",
        "Cmd": ["true"],
        "HostConfig": RUN_HOST,
        "NetworkingConfig": {"EndpointsConfig": {"default": endpoint}},
    }
    host = _create(judge, body)["HostConfig"]
    assert host["AutoRemove"] is True
    assert host["PortBindings"] == {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": "80"}]}
    assert "Privileged" not in host


def test_what_the_sdk_sends_with_a_network_is_allowed(judge: Judge) -> None:
    """Además de la red, su nombre a secas en `NetworkingConfig`: el motor no lo mira, y no se le manda."""
    body = {
        "Image": "muelle/base",
        "HostConfig": {"NetworkMode": "bridge"},
        "NetworkingConfig": {"patio": None},
    }
    created = _create(judge, body)
    assert "NetworkingConfig" not in created
    assert created["HostConfig"]["NetworkMode"] == "bridge"


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


@pytest.mark.parametrize(("kind", "body"), [("networks", NETWORK), ("volumes", VOLUME)])
def test_a_plain_network_or_volume_carries_the_student(judge: Judge, kind: str, body: dict[str, Any]) -> None:
    order = _order(judge, f"POST /v1.41/{kind}/create", body)
    assert json.loads(order.body)["Labels"] == {LABEL: "ana"}
    assert json.loads(order.body)["Name"] == body["Name"]


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("networks", {"Driver": "macvlan"}),
        ("networks", {"Options": {"parent": "eth0"}}),
        ("networks", {"ConfigFrom": {"Network": "ajena"}}),
        ("networks", {"IPAM": {"Config": [{"Subnet": "198.51.100.0/24"}]}}),
        ("networks", {"Name": "ajena"}),
        ("networks", {"S": 1}),
        ("volumes", {"Driver": "nfs"}),
        ("volumes", {"Name": "ajeno"}),
        ("volumes", {"DriverOpts": {"type": "none", "o": "bind", "device": "/"}}),
    ],
)
def test_a_network_or_volume_that_reaches_out_is_denied(
    judge: Judge, kind: str, more: dict[str, Any]
) -> None:
    with pytest.raises(Denied):
        _order(judge, f"POST /{kind}/create", {**(NETWORK if kind == "networks" else VOLUME), **more})


def _built(judge: Judge, text: str) -> str:
    order = _order(judge, "POST /build?t=mia", _context(text), "application/x-tar")
    with tarfile.open(fileobj=io.BytesIO(order.body)) as archive:
        found = archive.extractfile("Dockerfile")
        assert found
        return found.read().decode()


BASE = IDS["muelle/base"]


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("from muelle/base", f"FROM {BASE}\n"),
        (
            "# x\nARG B=muelle/base\nFROM ${B} as Uno\nRUN a \\\n # y\n  b",
            f"ARG B=muelle/base\nFROM {BASE} AS uno\nRUN a   b\n",
        ),
        (
            "FROM muelle/base AS a\nFROM scratch\nCOPY --from=a /x /y",
            f"FROM {BASE} AS a\nFROM scratch\nCOPY --from=a /x /y\n",
        ),
        ("FROM muelle/base\nCOPY --from=muelle/base /x /", f"FROM {BASE}\nCOPY --from={BASE} /x /\n"),
        ("FROM muelle/base\nADD a.tar /x", f"FROM {BASE}\nADD a.tar /x\n"),
        ("FROM muelle/base\nONBUILD RUN x", f"FROM {BASE}\nONBUILD RUN x\n"),
        ("# syntax=ajena:1\n#check=skip=all\nFROM muelle/base", f"FROM {BASE}\n"),
        ("ARG BUILDKIT_SYNTAX=ajena:1\nFROM muelle/base", f"ARG BUILDKIT_SYNTAX=ajena:1\nFROM {BASE}\n"),
    ],
)
def test_a_dockerfile_is_written_again(judge: Judge, text: str, sent: str) -> None:
    assert _built(judge, text) == sent


@pytest.mark.parametrize(
    "text",
    [
        "FROM alpine",
        "FROM 127.0.0.1:5000/x",
        "FROM ajena:1",
        "ARG X=alpine\nFROM $X",
        "FROM muelle/base\nCOPY --from=alpine / /",
        "FROM muelle/base\nCOPY --from=$X / /",
        "FROM muelle/base\nADD http://x /",
        "FROM muelle/base\nADD HTTPS://x /",
        "FROM muelle/base\nADD $X /",
        'FROM muelle/base\nADD "ht"tp://x /',
        'FROM muelle/base\nADD ["http://x", "/"]',
        "FROM muelle/base\nADD git@h:x /",
        "FROM muelle/base\nADD a \\\n http://x /",
        "FROM muelle/base\nONBUILD ADD http://x /",
        "FROM muelle/base\nONBUILD COPY --from=alpine / /",
        "FROM muelle/base\nRUN --mount=type=bind,from=alpine,target=/x true",
        "FROM muelle/base\nRUN --network=host true",
        "FROM muelle/base\nRUN x \\\\\nFROM alpine",
        "# escape=`\nFROM muelle/base",
        "FROM --platform=linux/amd64 alpine",
        "FROM oci-archive:/etc/x",
    ],
)
def test_a_dockerfile_that_brings_things_in_is_denied(judge: Judge, text: str) -> None:
    with pytest.raises(Denied):
        _built(judge, text)


def test_a_context_has_one_dockerfile(judge: Judge) -> None:
    """El último gana para el motor; y un enlace, o lo que Podman pasa por el preprocesador de C, no vale."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for text in ("FROM muelle/base\n", "FROM alpine\n"):
            info = tarfile.TarInfo("./Dockerfile")
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    with pytest.raises(Denied):
        _order(judge, "POST /build", buffer.getvalue(), "application/x-tar")
    with pytest.raises(Refusal):
        _order(judge, "POST /build?dockerfile=x.in", _context("FROM muelle/base", **{"x.in": b"FROM x"}))
    with pytest.raises(Denied):
        _order(judge, "POST /build?dockerfile=../x", _context("FROM muelle/base"))


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


@pytest.mark.parametrize(
    "members",
    [
        [_member("a", tarfile.SYMTYPE, "/etc"), _member("a/passwd")],
        [_member("a/b", tarfile.SYMTYPE, "../.."), _member("a/b/c/d")],
        [_member("Dockerfile/x")],
        [_member("x", tarfile.BLKTYPE)],
        [_member("x", tarfile.CHRTYPE)],
        [_member("x", tarfile.FIFOTYPE)],
        [_member("x", tarfile.LNKTYPE, "/etc/passwd")],
        [_member("x", tarfile.LNKTYPE, "../../etc/passwd")],
        [_member("../x")],
        [_member("a\\..\\x")],
        [_member("Dockerfile", tarfile.SYMTYPE, "/etc/passwd")],
        [_member("Dockerfile", tarfile.DIRTYPE)],
    ],
    ids=lambda members: " ".join(f"{each.name}→{each.linkname}" for each in members),
)
def test_a_context_that_leads_out_is_not_sent(judge: Judge, members: list[tarfile.TarInfo]) -> None:
    buffer = io.BytesIO(_context("FROM muelle/base\n"))
    with tarfile.open(fileobj=buffer, mode="a") as tar:
        for info in members:
            tar.addfile(info, io.BytesIO())
    with pytest.raises(Refusal):
        _order(judge, "POST /build", buffer.getvalue(), "application/x-tar")


def test_a_link_in_a_context_is_sent_as_it_is(judge: Judge) -> None:
    """El motor lo sigue dentro de su copia del contexto, no en la máquina."""
    buffer = io.BytesIO(_context("FROM muelle/base\nCOPY a /\n", x=b"1"))
    with tarfile.open(fileobj=buffer, mode="a") as tar:
        tar.addfile(_member("a", tarfile.SYMTYPE, "x"))
    order = _order(judge, "POST /build", buffer.getvalue(), "application/x-tar")
    with tarfile.open(fileobj=io.BytesIO(order.body)) as sent:
        assert [(each.name, each.linkname) for each in sent][1:] == [("x", ""), ("a", "x")]


def test_changes_are_one_line_each() -> None:
    assert dockerfile.changes(["CMD true \\"]) == ["CMD true"], "sin barra que se trague la etiqueta"
    assert dockerfile.changes(["CMD true\nENV a=1", "LABEL x \\\n y"]) == [
        "CMD true",
        "ENV a=1",
        "LABEL x  y",
    ]


def test_the_label_is_the_last_change(judge: Judge) -> None:
    order = _order(judge, f"POST /commit?container=mio&changes=LABEL+{LABEL}%3Dotro")
    assert [value for name, value in order.query if name == "changes"][-1] == f"LABEL {LABEL}=ana"


def test_every_operation_says_why() -> None:
    assert all(operation.what and operation.why for operation in OPERATIONS)
    assert all(f"| {operation.what} |" in markdown() for operation in OPERATIONS)


def test_no_value_of_the_student_becomes_a_second_parameter(judge: Judge) -> None:
    order = _order(judge, "POST /containers/mio/rename?name=x")
    line = written(order, "1.41").decode().split("\r\n")[0].split(" ")[1]
    assert parse_qsl(line.partition("?")[2]) == [("name", "x")]


def test_the_guide_has_the_table() -> None:
    """Si no, pon entre las dos marcas lo que escribe `muelle.grading.guard.table.markdown()`."""
    guide = (Path(__file__).parents[2] / "book" / "guia-docente.md").read_text(encoding="utf-8")
    shown = guide.partition("% tabla-del-guardian\n")[2].partition("% fin-de-la-tabla")[0]
    assert shown.strip() == markdown()
