"""Qué se puede pedir por un socket montado de solo lectura en un contenedor."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

import muelle
from muelle import base, engine, owned

pytestmark = pytest.mark.live

NAMES = ("muelle-prueba-espia", "muelle-prueba-encargo")


def program(path: str) -> bytes:
    """Un paquete con un programa, en `/bin`, y las bibliotecas que pide, cada una en su sitio."""
    told = subprocess.run(["ldd", path], capture_output=True, encoding="utf-8", check=False).stdout
    files = {each: each.lstrip("/") for each in re.findall(r"(/\S+) \(0x", told)}
    files[path] = f"bin/{Path(path).name}"
    parcel = io.BytesIO()
    with tarfile.open(fileobj=parcel, mode="w", dereference=True) as archive:
        for source, target in files.items():
            archive.add(source, target)
    return parcel.getvalue()


def test_read_only_takes_nothing_from_a_socket() -> None:
    """Desde dentro se ven los contenedores del motor y se crea otro, aunque el montaje sea `ro`."""
    # comprueba: ro-en-el-socket
    client = muelle.connect()
    path = engine.find().socket_path
    assert path, "esta prueba necesita un motor con el socket en esta máquina"
    docker = shutil.which("docker")
    assert docker, "esta prueba necesita la orden docker: muelle/base no sabe hablar con un socket Unix"
    spy, errand = (owned.free_name(client, name) for name in NAMES)
    try:
        box = client.containers.run(
            base.NAME,
            ["sleep", "600"],
            name=spy,
            labels=owned.LABELS,
            detach=True,
            volumes={str(path): {"bind": "/motor.sock", "mode": "ro"}},
            security_opt=["label=disable"],
        )
        box.put_archive("/", program(docker))
        flags = box.exec_run(["grep", " /motor.sock ", "/proc/mounts"]).output.decode().split()[3]
        assert "ro" in flags.split(",")

        def ask(*order: str) -> tuple[int, str]:
            told = box.exec_run(["docker", "-H", "unix:///motor.sock", *order])
            return told.exit_code, told.output.decode()

        code, told = ask("ps", "--format", "{{.Names}}")
        assert code == 0 and spy in told.split(), told
        code, told = ask("create", "--name", errand, "--label", "muelle=1", base.NAME, "true")
        assert code == 0, told
        assert client.containers.get(errand).labels["muelle"] == "1"
    finally:
        for name in NAMES:
            owned.free_name(client, name)
