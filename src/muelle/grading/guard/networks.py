"""Las órdenes sobre redes y volúmenes: corrientes, y con su etiqueta."""

from __future__ import annotations

import json

from . import answers
from .orders import Context, Make, Order
from .things import LABEL


def create_network(at: Context) -> Order:
    """Crear una red corriente, con su etiqueta."""
    at.things.free("network", at.body.get("Name", ""))
    body = {**at.body, "CheckDuplicate": True}
    body["Labels"] = {**body.get("Labels", {}), LABEL: at.things.student}
    return Order("POST", "/networks/create", (), json.dumps(body).encode())


def create_volume(at: Context) -> Order:
    """Crear un volumen corriente, con su etiqueta."""
    if at.body.get("Name"):
        at.things.free("volume", at.body["Name"])
    body = {**at.body, "Labels": {**at.body.get("Labels", {}), LABEL: at.things.student}}
    return Order("POST", "/volumes/create", (), json.dumps(body).encode())


def on_network(action: str) -> Make:
    """Algo sobre una red suya."""

    def make(at: Context) -> Order:
        found = at.things.network(at.names[0])
        body = None
        if action:
            container = at.things.container(at.body.get("Container", ""))
            body = json.dumps({**at.body, "Container": container.id}).encode()
        return Order(at.asked.method, f"/networks/{found.id}{action}", (), body)

    return make


def read_network(at: Context) -> Order:
    """Mirar una red suya, o una de las que trae el motor, sin lo que otros tengan en ella."""
    name = at.names[0]
    target = name if name in ("bridge", "none", "host", "podman") else at.things.network(name).id
    return Order(
        "GET", f"/networks/{target}", at.pairs(), answer=lambda data: answers.network(at.things, data)
    )


def on_volume(at: Context) -> Order:
    """Mirar o quitar un volumen suyo."""
    return Order(at.asked.method, f"/volumes/{at.things.volume(at.names[0]).id}", at.pairs())
