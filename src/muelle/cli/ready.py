"""Lo que comparten varias órdenes: un motor listo, y quien construye la web con él."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .console import step

if TYPE_CHECKING:
    import docker

    from muelle.engine import Endpoint


class Make(Protocol):
    """Construye la web y devuelve su primera página; con `publish`, en carpeta limpia."""

    def __call__(self, publish: bool = False) -> Path: ...


def engine_ready() -> tuple[Endpoint, docker.DockerClient]:
    """Encuentra o arranca el motor, le carga la imagen base y dice cuál es."""
    from muelle import engine

    step("Buscando un motor de Docker")  # sin indicador en marcha: se mezclaría con la pregunta de apt
    endpoint, client = engine.connection(progress=step)
    step(f"Motor: {endpoint.url} ({endpoint.origin})")
    return endpoint, client


def site_builder(output: Path, *, address: str = "", tab: bool = False) -> Make:
    """Quien construye la web con el motor que se encuentre.

    Args:
        output: carpeta de salida.
        address: la dirección en la que se publica, o "".
        tab: si la web lleva el motor que se ejecuta en la pestaña.
    """
    from muelle import engine

    from . import book as builder
    from .turn import only_one

    for tool in ("dot", "docker"):
        engine.ensure_tool(tool, progress=step)
    endpoint, client = engine_ready()
    facts = engine.describe(client, endpoint)
    identity = f"{endpoint.url} {facts.engine_name} {facts.engine_version} {facts.store}"
    environment = dict(os.environ) if endpoint.private else {**os.environ, **endpoint.environment()}

    def make(publish: bool = False) -> Path:
        with only_one(endpoint.url):
            return builder.build(
                output, identity, publish=publish, environment=environment, address=address, tab=tab
            )

    return make
