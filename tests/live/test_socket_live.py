"""Qué se puede pedir por un socket montado de solo lectura en un contenedor."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import muelle
from muelle import base, engine, owned

pytestmark = pytest.mark.live

NAMES = ("muelle-prueba-espia", "muelle-prueba-encargo")

PYTHON = "/usr/bin/python3"
"""El de la máquina, que el contenedor ve de solo lectura: `muelle/base` no sabe hablar con un socket Unix."""

ASK = """\
import http.client, json, socket, sys
link = http.client.HTTPConnection("localhost")
link.sock = socket.socket(socket.AF_UNIX)
link.sock.connect("/motor.sock")
body = json.dumps(json.loads(sys.argv[2])) if sys.argv[2] else None
link.request(*sys.argv[1].split(), body, {"Content-Type": "application/json"})
answer = link.getresponse()
print(answer.status, answer.read().decode())
"""


def test_read_only_takes_nothing_from_a_socket() -> None:
    """Desde dentro se ven los contenedores del motor y se crea otro, aunque el montaje sea `ro`."""
    # comprueba: ro-en-el-socket
    client = muelle.connect()
    path = engine.find().socket_path
    assert path, "esta prueba necesita un motor con el socket en esta máquina"
    assert Path(PYTHON).exists(), f"esta prueba necesita {PYTHON}"
    spy, errand = (owned.free_name(client, name) for name in NAMES)
    shared = {each: each for each in ("/usr", "/lib", "/lib64") if Path(each).exists()}
    shared[str(path)] = "/motor.sock"
    order = {"Image": base.NAME, "Cmd": ["true"], "Labels": owned.LABELS}
    try:
        box = client.containers.run(
            base.NAME,
            ["sleep", "600"],
            name=spy,
            labels=owned.LABELS,
            detach=True,
            volumes={source: {"bind": target, "mode": "ro"} for source, target in shared.items()},
            security_opt=["label=disable"],
        )
        flags = box.exec_run(["sh", "-c", "grep ' /motor.sock ' /proc/mounts"]).output.decode().split()[3]
        assert "ro" in flags.split(",")

        def ask(request: str, body: str = "") -> str:
            return str(box.exec_run([PYTHON, "-c", ASK, request, body]).output.decode())

        assert spy in ask("GET /containers/json")
        assert ask(f"POST /containers/create?name={errand}", json.dumps(order)).startswith("201")
        assert client.containers.get(errand).labels["muelle"] == "1"
    finally:
        for name in NAMES:
            owned.free_name(client, name)
