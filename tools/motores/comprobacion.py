"""Comprobar en vivo que un motor funciona y que al pararlo no queda nada suyo en la máquina."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import docker

import jaula
import ordenes
from catalogo import Engine
from paquetes import FailureError

LABELS = {"muelle": "1"}
NAME = "muelle-comprobar"
DOCKERFILE = b'FROM muelle/base\nRUN touch /nuevo\nCMD ["cat", "/nuevo"]\n'


def check(engine: Engine) -> list[str]:
    """Arranca `engine`, lo usa, lo para a medio trabajo y mira la máquina; devuelve lo que ha visto."""
    jaula.stop(engine)
    before = _traces(engine)
    client = docker.DockerClient(base_url=jaula.start(engine), version="auto", timeout=60)
    try:
        seen = [f"versión {client.version()['Version']}", *_use(client)]
        busy = _traces(engine)
        members = jaula.family(engine)
    finally:
        client.close()
        jaula.stop(engine)
    if len(members) < 3:
        raise FailureError("No veo en la máquina ni los procesos del motor: la comprobación no sirve.")
    left = _traces(engine) - before
    left |= {f"proceso {pid}" for pid, birth in members.items() if jaula.born(pid) == birth}
    if left:
        raise FailureError(f"Al parar «{engine.name}» han quedado: {', '.join(sorted(left))}.")
    _start_again(engine)
    return [*seen, f"en marcha: {len(members)} procesos y {len(busy - before)} rastros; parado: ninguno"]


def _use(client: docker.DockerClient) -> list[str]:
    """Carga la imagen base, construye, ejecuta y deja dos contenedores y una red en marcha."""
    from muelle import base

    base.ensure(client)
    _remove(client)
    # Sin remove=True: con él, Podman devuelve a veces una salida vacía (1 de cada 15, medido).
    container = client.containers.run(base.NAME, ["echo", "hola"], name=NAME, labels=LABELS, detach=True)
    container.wait()
    said = container.logs()
    if said != b"hola\n":
        raise FailureError(f"El contenedor debía decir «hola» y ha dicho {said!r}.")
    answers = client.api.build(fileobj=io.BytesIO(DOCKERFILE), tag=NAME, rm=True, decode=True, labels=LABELS)
    errors = [answer["error"] for answer in answers if "error" in answer]
    if errors:
        raise FailureError(f"La construcción ha fallado: {errors[0]}")
    container.remove()
    client.containers.run(NAME, remove=True, labels=LABELS)
    network = client.networks.create(NAME, driver="bridge", labels=LABELS)
    client.containers.run(NAME, ["sleep", "900"], name=f"{NAME}-1", labels=LABELS, detach=True)
    client.containers.run(
        NAME, ["sleep", "900"], name=f"{NAME}-2", labels=LABELS, detach=True, network=network.name
    )
    return ["ejecuta, construye y crea redes"]


def _start_again(engine: Engine) -> None:
    """Arranca otra vez con los mismos datos, mira que sigan y quita lo que ha puesto la comprobación."""
    client = docker.DockerClient(base_url=jaula.start(engine), version="auto", timeout=60)
    try:
        kept = client.containers.list(all=True, filters={"name": NAME})
        states = sorted(container.status for container in kept)
        if states != ["exited", "exited"]:
            raise FailureError(f"Tras parar y arrancar esperaba dos contenedores parados y veo {states}.")
        _remove(client)
        client.images.remove(NAME, force=True)
    finally:
        client.close()
        jaula.stop(engine)


def _remove(client: docker.DockerClient) -> None:
    """Quita los contenedores y la red de la comprobación."""
    for container in client.containers.list(all=True, filters={"name": NAME}):
        container.remove(force=True)
    for network in client.networks.list(names=[NAME]):
        network.remove()


def _traces(engine: Engine) -> set[str]:
    """Lo que un motor puede dejar: procesos, puentes, rutas, montajes, grupos de control y reglas."""
    folder = str(jaula.home(engine))
    mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    traces = {f"montaje {line.split()[4]}" for line in mounts if folder in line}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            groups = (entry / "cgroup").read_text()
        except OSError:
            continue  # ha terminado mientras mirábamos
        if engine.kind == "docker" and f"/{ordenes.cgroup(engine)}/" in groups:
            traces.add(f"proceso {command.strip()[:60]}")
    addresses = subprocess.run(["ip", "-o", "addr"], capture_output=True, text=True, check=True).stdout
    traces |= {f"red {line.split()[1]}" for line in addresses.splitlines() if engine.subnet + "." in line}
    if engine.kind == "docker":
        traces |= {f"cgroup {path}" for path in Path("/sys/fs/cgroup").glob(f"*/{ordenes.cgroup(engine)}")}
    rules = subprocess.run(["iptables-save"], capture_output=True, text=True, check=False).stdout
    traces |= {f"regla {line}" for line in rules.splitlines() if engine.subnet + "." in line}
    forward = Path("/proc/sys/net/ipv4/ip_forward").read_text().strip()
    return traces | {f"ip_forward={forward}"}
