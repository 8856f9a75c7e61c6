"""Peticiones al azar contra el guardián, y un juez que solo mira cómo quedan el motor y la máquina.

La forma corta va en `test_grading_fuzz_live.py`; la larga se lanza a mano:

    .venv/bin/python tests/live/fuzz_guard.py 50000 7
"""

from __future__ import annotations

import contextlib
import http.server
import io
import json
import random
import socket
import sys
import tarfile
import tempfile
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import docker
import requests

from muelle import base, engine
from muelle.builder import build
from muelle.grading.guard import LABEL, Guard, connector, policy_for
from muelle.grading.leftovers import clean, clean_steps, images

STUDENT = "alumno-al-azar"
SECRET = "palabra-que-nadie-debe-leer"
EVERY = 100
"""Peticiones entre dos miradas al motor."""

_DANGEROUS: tuple[tuple[str, Any], ...] = (
    ("Binds", ["/:/x"]),
    ("Privileged", True),
    ("PidMode", "host"),
    ("NetworkMode", "host"),
    ("NetworkMode", "container:AJENO"),
    ("IpcMode", "host"),
    ("CapAdd", ["ALL"]),
    ("Devices", [{"PathOnHost": "/dev/null", "PathInContainer": "/dev/x", "CgroupPermissions": "rwm"}]),
    ("Mounts", [{"Type": "bind", "Source": "/", "Target": "/x"}]),
    ("Mounts", [{"Type": "volume", "Source": "AJENO", "Target": "/x"}]),
    ("VolumesFrom", ["AJENO"]),
    ("SecurityOpt", ["seccomp=unconfined"]),
    ("MaskedPaths", []),
    ("ReadonlyPaths", []),
    ("UsernsMode", "host"),
    ("UTSMode", "host"),
    ("CgroupParent", "/"),
    ("Runtime", "runc"),
    ("LogConfig", {"Type": "syslog", "Config": {"syslog-address": "udp://127.0.0.1:9"}}),
    ("Sysctls", {"net.ipv4.ip_forward": "1"}),
    ("Image", "AJENA"),
    ("Volumes", {"/etc:/x": {}}),
    ("OnBuild", ["ADD http://127.0.0.1:PUERTO/x /"]),
    ("Driver", "host"),
    ("DriverOpts", {"type": "none", "o": "bind", "device": "/"}),
    ("Options", {"parent": "lo"}),
    ("IPAM", {"Config": [{"Subnet": "198.51.100.0/24"}]}),
)
_FILES = (
    "FROM muelle/base\nRUN true\n",
    "FROM AJENA\nRUN cat /secreto\n",
    "FROM 127.0.0.1:PUERTO/x\n",
    "ARG A=127.0.0.1:PUERTO/x\nFROM $A\n",
    "FROM muelle/base\nCOPY --from=AJENA /secreto /\n",
    "FROM muelle/base\nCOPY --from=127.0.0.1:PUERTO/y / /\n",
    "FROM muelle/base\nADD http://127.0.0.1:PUERTO/x /\n",
    "FROM muelle/base\nENV U=http://127.0.0.1:PUERTO/x\nADD $U /\n",
    "FROM muelle/base\nONBUILD ADD http://127.0.0.1:PUERTO/x /\n",
    "FROM muelle/base\nRUN --mount=type=bind,from=AJENA,target=/x cat /x/secreto\n",
    "FROM muelle/base\nCMD true \\",
    "# escape=`\nFROM muelle/base\nRUN a `\nADD http://127.0.0.1:PUERTO/x /\n",
)
_BODIES: dict[str, Any] = {
    "/containers/create": {
        "Image": "muelle/base",
        "Cmd": ["sleep", "60"],
        "HostConfig": {"AutoRemove": True},
    },
    "/networks/create": {"Name": "red-al-azar", "Driver": "bridge"},
    "/volumes/create": {"Name": "volumen-al-azar"},
    "/containers/{c}/exec": {"Cmd": ["id"]},
    "/containers/{c}/start": {},
    "/containers/{c}/update": {"Memory": 10_000_000},
    "/networks/{n}/connect": {"Container": "AJENO"},
}
_PATHS = (
    *_BODIES,
    *(
        "/containers/json",
        "/images/json",
        "/networks",
        "/volumes",
        "/system/df",
        "/info",
        "/version",
        "/events",
    ),
    *(
        f"/containers/{{c}}/{what}"
        for what in ("json", "logs", "top", "changes", "export", "archive", "stats")
    ),
    *(
        f"/containers/{{c}}/{what}"
        for what in ("stop", "kill", "restart", "pause", "rename", "wait", "attach")
    ),
    *("/containers/{c}", "/images/{i}/json", "/images/{i}/history", "/images/{i}/get", "/images/{i}/tag"),
    *("/images/{i}", "/images/get", "/images/create", "/images/load", "/commit", "/build", "/build/prune"),
    *(
        "/networks/{n}",
        "/volumes/{v}",
        "/containers/prune",
        "/swarm/init",
        "/plugins/pull",
        "/session",
        "/grpc",
    ),
    *(
        "/exec/{e}/start",
        "/exec/{e}/json",
        "/libpod/info",
        "/auth",
        "/images/search",
        "/distribution/{i}/json",
    ),
)
_QUERY: dict[str, tuple[str, ...]] = {
    "name": ("al-azar", "AJENO", "../x"),
    "t": ("al-azar:1", "AJENA", "muelle/base"),
    "repo": ("al-azar", "ajena", "muelle/base"),
    "tag": ("1", "latest"),
    "container": ("AJENO", "{own}"),
    "fromImage": ("127.0.0.1:PUERTO/x",),
    "fromSrc": ("-", "http://127.0.0.1:PUERTO/x"),
    "changes": ("CMD true \\", f"LABEL {LABEL}=otro", "ONBUILD ADD http://127.0.0.1:PUERTO/x /"),
    "remote": ("http://127.0.0.1:PUERTO/x", "git://127.0.0.1:PUERTO/x"),
    "networkmode": ("host", "container:AJENO", "default"),
    "names": ("AJENA", "muelle/base"),
    "all": ("1",),
    "force": ("1",),
    "v": ("1",),
    "since": ("0",),
    "until": ("1",),
    "follow": ("0",),
    "stream": ("0",),
    "path": ("/", "/etc"),
    "filters": ('{"label":["obra=ajena"]}', '{"name":["AJENO"]}', "{}"),
    "labels": (f'{{"{LABEL}":"otro"}}', "{}"),
    "pull": ("1",),
    "dockerfile": ("Dockerfile", "../Dockerfile", "x.in"),
    "version": ("1", "2"),
    "extrahosts": ("a:1",),
}

LISTENING = 0.3
"""Segundos que se escucha un canal que no se cierra solo: no se espera a nada en concreto."""

LOOKING = 0.1
"""Segundos entre dos miradas al estado del motor."""


class World:
    """El motor con cosas ajenas, y lo que no debe pasarles."""

    def __init__(self, client: docker.DockerClient, url: str) -> None:
        self.client = client
        base.ensure(client)
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.hits: list[str] = []
        self._remove()
        labels = {"obra": "ajena"}
        build(client, f"FROM {base.NAME}\nRUN echo {SECRET} > /secreto", tag="ajena:1", labels=labels)
        self.foreign = client.containers.run(
            "ajena:1",
            ["sh", "-c", f"echo {SECRET}; sleep 100000"],
            name="contenedor-ajeno",
            hostname="x",
            environment={"A": SECRET},
            labels=labels,
            detach=True,
        )
        self.network = client.networks.create("red-ajena", labels=labels)
        self.volume = client.volumes.create("volumen-ajeno", labels=labels)
        self.before = images(client)
        self.boxes = {row["Id"] for row in client.api.containers(all=True)}
        self.plain = client.api.inspect_container(self.foreign.id)["HostConfig"]
        self.were = self._state()
        self._folder = Path(tempfile.mkdtemp(prefix="azar-"))
        self.place = self._folder / "g.sock"
        self.guard = Guard(self.place, connector(url), policy_for(client, STUDENT))

    def _handler(self) -> Any:
        world = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                world.hits.append(self.path)
                self.send_error(404)

            do_HEAD = do_POST = do_GET  # noqa: N815 - los llama así http.server

            def log_message(self, *_: object) -> None:
                """En silencio."""

        return Handler

    @property
    def port(self) -> int:
        """Donde escucha el registro de mentira."""
        return int(self._server.server_port)

    def _state(self) -> Any:
        box = self.client.api.inspect_container("contenedor-ajeno")
        return (
            *(
                box["Id"],
                box["State"]["Running"],
                box["State"]["StartedAt"],
                box["Config"],
                box["HostConfig"],
            ),
            self.client.api.inspect_image("ajena:1")["Id"],
            self.client.api.inspect_image(base.TAG)["Id"],
            self.client.api.inspect_network("red-ajena")["Containers"],
            self.client.api.inspect_volume("volumen-ajeno")["CreatedAt"],
        )

    def faults(self) -> list[str]:
        """Lo que no debería haber pasado; vacía el motor de lo del estudiante.

        Una construcción que aún no acabó tiene contenedores de paso: se mira hasta que acaban.
        """
        for _ in range(200):
            found = self._seen()
            if not any("sin etiqueta" in fault for fault in found):
                break
            threading.Event().wait(LOOKING)
        clean(self.client, STUDENT)
        clean_steps(self.client, self.guard.steps, self.before)
        return found

    def _seen(self) -> list[str]:
        found = [] if self._state() == self.were else ["cambió algo ajeno"]
        found += [f"se pidió al registro {path}" for path in self.hits]
        for row in self.client.api.containers(all=True):
            if row["Id"] not in self.boxes:
                with contextlib.suppress(docker.errors.NotFound):  # los hay que se borran solos
                    found += _reaches_out(self.client.api.inspect_container(row["Id"]), self.plain)
        known = self.guard._judge.things.steps
        for row in self.client.api.images(all=True):
            mine = (row.get("Labels") or {}).get(LABEL) == STUDENT
            if row["Id"] not in self.before and not mine and row["Id"] not in known:
                found.append(f"imagen sin etiqueta {row['Id']} {row.get('RepoTags')}")
        for row in self.client.api.networks():
            if row["Name"] not in ("bridge", "host", "none", "red-ajena") and not _mine(row):
                found.append(f"red sin etiqueta {row['Name']}")
            found += ["subred elegida"] if "198.51.100" in json.dumps(row) else []
        for row in self.client.api.volumes().get("Volumes") or []:
            if row["Name"] != "volumen-ajeno" and (not _mine(row) or row.get("Options")):
                found.append(f"volumen sin etiqueta o con opciones {row}")
        return found

    def _remove(self) -> None:
        api = self.client.api
        for remove, name in (
            (lambda: api.remove_container("contenedor-ajeno", force=True), "c"),
            (lambda: api.remove_network("red-ajena"), "n"),
            (lambda: api.remove_volume("volumen-ajeno", force=True), "v"),
            (lambda: api.remove_image("ajena:1", force=True), "i"),
        ):
            try:
                remove()
            except docker.errors.APIError:
                assert name

    def close(self) -> None:
        """Quita lo suyo."""
        clean(self.client, STUDENT)
        self._remove()
        self._server.shutdown()


def _mine(row: dict[str, Any]) -> bool:
    return (row.get("Labels") or {}).get(LABEL) == STUDENT


def _reaches_out(box: dict[str, Any], plain: dict[str, Any]) -> list[str]:
    """Qué tiene de más un contenedor.

    Args:
        plain: el `HostConfig` de uno corriente en el mismo motor; Podman no dice todo lo que dice Docker.
    """
    host = box["HostConfig"]
    bad = [
        *(
            key
            for key in ("Privileged", "CapAdd", "Devices", "VolumesFrom", "Binds", "SecurityOpt")
            if host.get(key)
        ),
        *(
            key
            for key in ("PidMode", "IpcMode", "UTSMode", "UsernsMode", "NetworkMode")
            if host.get(key) == "host"
        ),
        *(key for key in ("MaskedPaths", "ReadonlyPaths") if plain.get(key) and not host.get(key)),
        *(mount["Type"] for mount in box.get("Mounts") or [] if mount["Type"] not in ("volume", "tmpfs")),
    ]
    if host.get("CgroupParent") or host["LogConfig"]["Type"] not in ("json-file", "local", "none"):
        bad.append("CgroupParent o LogConfig")
    if box["Config"].get("Labels", {}).get(LABEL) != STUDENT:
        bad.append("sin etiqueta")
    return [f"contenedor con {bad}"] if bad else []


class Writer:
    """Escribe peticiones.

    Args:
        dice: el azar.
        world: de donde salen los nombres.
    """

    def __init__(self, dice: random.Random, world: World) -> None:
        self._dice, self._world = dice, world
        self._own = ["no-existe"]

    def note(self, answer: bytes) -> None:
        """Apunta lo que creó."""
        if b'"Id":"' in answer and len(self._own) < 40:
            self._own.append(answer.partition(b'"Id":"')[2][:64].decode("latin-1"))

    def request(self) -> bytes:
        """Los bytes de una."""
        dice = self._dice
        path = self._filled(dice.choice(_PATHS))
        method = dice.choice(("GET", "POST", "POST", "DELETE", "PUT", "HEAD"))
        names = dice.sample(sorted(_QUERY), dice.choice((0, 0, 1, 2, 3)))
        pairs = [(self._case(name), self._words(dice.choice(_QUERY[name]))) for name in names]
        version = dice.choice(
            ("", "", "", "/v1.41", "/v1.41", "/v1.12", "/v1.23", "/v1.24", "/v1.40", "/v1.99")
        )
        body, kind = self._body(path)
        target = f"{version}{path}" + (f"?{urlencode(pairs)}" if pairs else "")
        lines = [f"{method} {target} HTTP/1.{dice.choice('1110')}", "Host: x", f"Content-Type: {kind}"]
        if dice.random() < 0.1:
            lines.append(
                dice.choice(("Connection: Upgrade\r\nUpgrade: tcp", "X: a\n\nDELETE /x HTTP/1.1", "A : b"))
            )
        if dice.random() < 0.15:
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
            lines.append("Transfer-Encoding: chunked")
        else:
            lines.append(f"Content-Length: {len(body) + dice.choice((0,) * 30 + (1, -1))}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode() + body

    def _filled(self, path: str) -> str:
        dice, world = self._dice, self._world
        own = dice.choice(self._own)
        foreign = dice.choice(
            (world.foreign.id, world.foreign.id[:12], "contenedor-ajeno", "contenedor%2dajeno")
        )
        found = {
            "c": dice.choice((own, own, foreign)),
            "i": dice.choice(("al-azar:1", "ajena:1", "muelle/base", quote("ajena:1", safe=""))),
            "n": dice.choice(("red-al-azar", "red-ajena", world.network.id[:12], "bridge")),
            "v": dice.choice(("volumen-al-azar", "volumen-ajeno")),
            "e": dice.choice((own, "0" * 64)),
        }
        done = path.format(**found)
        return done.replace("/", dice.choice(("//", "/./", "/%2e%2e/")), 1) if dice.random() < 0.03 else done

    def _words(self, text: str) -> str:
        changes = {
            "AJENO": self._dice.choice(
                ("contenedor-ajeno", "red-ajena", "volumen-ajeno", self._world.foreign.id)
            ),
            "AJENA": "ajena:1",
            "PUERTO": str(self._world.port),
            "{own}": self._dice.choice(self._own),
        }
        for mark, value in changes.items():
            text = text.replace(mark, value)
        return text

    def _case(self, name: str) -> str:
        return (
            name
            if self._dice.random() < 0.9
            else self._dice.choice((name.lower(), name.upper(), name.title()))
        )

    def _body(self, path: str) -> tuple[bytes, str]:
        dice = self._dice
        if path.startswith("/build") or dice.random() < 0.02:
            text = self._words(dice.choice(_FILES))
            names = dice.choice((("Dockerfile",), ("Dockerfile", "Dockerfile"), ("./Dockerfile",), ("x.in",)))
            return _tar(names, text), "application/x-tar"
        data = dict(
            next((body for each, body in _BODIES.items() if each.split("{")[0] == path[: len(each)]), {})
        )
        if path == "/containers/create":
            data = json.loads(json.dumps(_BODIES[path]))
        elif "create" in path or "exec" in path or "update" in path:
            data = dict(_BODIES.get(path, {"Cmd": ["id"]}))
        for name, value in dice.sample(_DANGEROUS, dice.choice((0, 0, 0, 1, 2))):
            target = data["HostConfig"] if "HostConfig" in data and dice.random() < 0.8 else data
            target[self._case(name)] = value
        text = self._words(json.dumps(data))
        if dice.random() < 0.03:
            text = text[: dice.randrange(len(text) + 1)]
        return text.encode(), dice.choice(
            ("application/json",) * 20 + ("application/x-www-form-urlencoded", "text/plain")
        )


def _tar(names: tuple[str, ...], text: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for number, name in enumerate(names):
            data = (text if number == len(names) - 1 else "FROM muelle/base\n").encode()
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def send(place: Path, data: bytes) -> bytes:
    """Manda unos bytes y lee un rato lo que responda."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(LISTENING)
        connection.connect(str(place))
        answer = b""
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            while len(answer) < 200_000 and (piece := connection.recv(65536)):
                answer += piece
        except OSError:
            pass
        return answer


def fuzz(count: int, seed: int) -> list[str]:
    """Manda `count` peticiones.

    Returns:
        Lo que no debería haber pasado, con la última petición de su tanda.
    """
    endpoint = engine.find()
    world = World(endpoint.client(300), endpoint.url)
    writer, found = Writer(random.Random(seed), world), []
    names = (SECRET.encode(), world.foreign.id.encode(), world.network.id.encode())
    try:
        with world.guard:
            for number in range(1, count + 1):
                data = writer.request()
                answer = send(world.place, data)
                writer.note(answer)
                found += [
                    f"respondió {name!r} a {data!r}" for name in names if name in answer and name not in data
                ]
                if number % EVERY == 0 or number == count:
                    found += [f"{fault} (hacia la {number}, {data[:300]!r})" for fault in world.faults()]
                    if found and __name__ == "__main__":
                        print(found[-1], flush=True)
                    writer._own = writer._own[:1]
                if number % 1000 == 0:
                    print(f"{number} peticiones, {len(found)} fallos", flush=True)
                if len(found) > 20:
                    break
    finally:
        try:
            world.close()
        except requests.RequestException as error:
            found.append(f"el motor dejó de responder: {error}")
    return found


if __name__ == "__main__":
    faults = fuzz(int(sys.argv[1]), int(sys.argv[2]))
    print("\n".join(faults) or f"0 fallos en {sys.argv[1]} peticiones")
    sys.exit(bool(faults))
