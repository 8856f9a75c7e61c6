"""Dónde se corrige un cuaderno: en un cuarto, con su motor o sin él, o al lado de quien corrige."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docker

from muelle.engine import neutral

from .wall import Plan, Room


@dataclass(frozen=True)
class Place:
    """Un sitio en pie.

    Args:
        home: la carpeta del núcleo, donde escribe él.
        doors: la de los sockets, donde no.
        client: el motor, sin guardián; `url`, su dirección.
        room: el cuarto, si lo hay.
        own_engine: si el motor es solo suyo.
    """

    home: Path
    doors: Path
    client: docker.DockerClient
    url: str
    room: Room | None
    own_engine: bool = False


@contextlib.contextmanager
def prepared(folder: Path, plan: Plan, url: str) -> Iterator[Place]:
    """Prepara el sitio de un cuaderno.

    Args:
        folder: una carpeta nuestra y vacía.
        plan: qué pared hay.
        url: el motor de quien corrige; solo se usa si el cuaderno no tiene el suyo.

    Raises:
        MuelleError: si el cuarto o su motor no se levantan.
    """
    if not plan.room:
        for name in ("casa", "puertas"):
            (folder / name).mkdir(mode=0o700)
        client = neutral.Client(base_url=url, version="auto", timeout=120)
        yield Place(folder / "casa", folder / "puertas", client, url, None)
        return
    with Room(folder, plan) as room:
        if plan.engine:
            client, url = room.wait_for_engine(), room.engine_url
            room.join_network()
        else:
            client = neutral.Client(base_url=url, version="auto", timeout=120)
        yield Place(room.home, room.doors, client, url, room, bool(plan.engine))
