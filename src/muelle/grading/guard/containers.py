"""Las órdenes sobre contenedores: crearlos sin nada de fuera, y usar los suyos."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .orders import Context, Make, Order
from .refusals import Denied
from .things import LABEL, Thing, Things, kept_name


def own(action: str, *, channel: bool = False) -> Make:
    """Algo sobre un contenedor suyo."""

    def make(at: Context) -> Order:
        found = at.things.container(at.names[0])
        body = json.dumps(at.body).encode() if at.body else None
        method, path = at.asked.method, f"/containers/{found.id}{action}"
        return Order(method, path, at.pairs(), body=body, channel=channel)

    return make


def put_archive(at: Context) -> Order:
    """Meter archivos en un contenedor suyo."""
    found = at.things.container(at.names[0])
    path = f"/containers/{found.id}/archive"
    return Order("PUT", path, at.pairs(), at.asked.body, "application/x-tar")


def rename(at: Context) -> Order:
    """Cambiar el nombre de un contenedor suyo."""
    found = at.things.container(at.names[0])
    at.things.free("container", str(at.query.get("name", "")))
    return Order("POST", f"/containers/{found.id}/rename", at.pairs())


def create_container(at: Context) -> Order:
    """Crear un contenedor con su etiqueta, sus volúmenes y sus redes."""
    body, things = dict(at.body), at.things
    if "name" in at.query:
        things.free("container", at.query["name"])
    name = str(body.get("Image", ""))
    image = things.image(name)
    body["Image"] = kept_name(name, image)
    body["Labels"] = {**body.get("Labels", {}), LABEL: things.student}
    host = body["HostConfig"] = dict(body.get("HostConfig", {}))
    host["Mounts"] = _mounts(things, body, host, image)
    host.pop("Binds", None)
    for bindings in host.get("PortBindings", {}).values():
        for binding in bindings if isinstance(bindings, list) else ():
            binding["HostIp"] = "127.0.0.1"
    host["PortBindings"] = {k: v for k, v in host.get("PortBindings", {}).items() if isinstance(v, list)}
    _networks(things, body, host)
    return Order("POST", "/containers/create", at.pairs(), json.dumps(body).encode())


def _mounts(things: Things, body: Mapping[str, Any], host: Mapping[str, Any], image: Thing) -> list[Any]:
    """Los montajes: solo volúmenes suyos o sin nombre, todos con su etiqueta, y memoria."""
    mounts = [dict(mount) for mount in host.get("Mounts", [])]
    for bind in host.get("Binds", []):
        source, target, *mode = bind.split(":")
        mounts.append({"Type": "volume", "Source": source, "Target": target, "ReadOnly": mode == ["ro"]})
    declared = {**((image.data.get("Config") or {}).get("Volumes") or {}), **body.get("Volumes", {})}
    taken = {mount.get("Target", "").rstrip("/") for mount in mounts} | set(host.get("Tmpfs", {}))
    mounts += [{"Type": "volume", "Target": path} for path in declared if path.rstrip("/") not in taken]
    for mount in mounts:
        if mount["Type"] == "volume":
            if mount.get("Source"):
                things.free("volume", mount["Source"])
            options = dict(mount.get("VolumeOptions", {}))
            options["Labels"] = {**options.get("Labels", {}), LABEL: things.student}
            mount["VolumeOptions"] = options
    return mounts


def _networks(things: Things, body: dict[str, Any], host: dict[str, Any]) -> None:
    """Las redes: la de siempre, ninguna, una suya o la de otro contenedor suyo."""
    mode = str(host.get("NetworkMode") or "")
    if mode:
        host["NetworkMode"] = _network(things, mode)
    if host.get("PidMode"):
        host["PidMode"] = _network(things, host["PidMode"])
    found = body.pop("NetworkingConfig", {}).get("EndpointsConfig") or {}
    chosen = {_network(things, name, shared=False): options or {} for name, options in found.items()}
    if any(chosen.values()) or set(chosen) - {"default"}:
        body["NetworkingConfig"] = {"EndpointsConfig": chosen}


def _network(things: Things, name: str, *, shared: bool = True) -> str:
    if name in ("default", "bridge", "none"):
        return name
    kind, colon, other = name.partition(":")
    if colon and kind == "container" and shared:
        return f"container:{things.container(other).id}"
    if colon or name == "host":
        raise Denied(f"la red «{name}» no se permite al corregir")
    network = things.network(name)
    return str(network.data["Name"]) if name == network.data["Name"] and not _hex(name) else network.id


def _hex(name: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in name)


def create_exec(at: Context) -> Order:
    """Preparar una ejecución dentro de un contenedor suyo."""
    found = at.things.container(at.names[0])
    return Order("POST", f"/containers/{found.id}/exec", (), json.dumps(at.body).encode())


def on_exec(action: str) -> Make:
    """Algo sobre una ejecución suya."""

    def make(at: Context) -> Order:
        path = f"/exec/{at.things.exec(at.names[0])}/{action}"
        body = json.dumps(at.body).encode() if action == "start" else None
        channel = action == "start" and not at.body.get("Detach")
        return Order(at.asked.method, path, at.pairs(), body=body, channel=channel)

    return make
