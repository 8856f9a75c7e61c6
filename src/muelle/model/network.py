"""Redes y quién está enchufado a cada una: lo que hace falta para saber quién comparte red con quién."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

HOST = "host"
NONE = "none"


@dataclass(frozen=True)
class Network:
    """Una red, tal como la describe el motor.

    Args:
        id: identificador completo.
        name: cómo se llama.
        driver: `bridge`, `host`, `null`…
        subnet: sus direcciones, como `172.18.0.0/16`; "" si no lo dice.
        gateway: la del anfitrión en ella; "" si no está en ella.
        internal: si no lleva a ningún otro sitio.
    """

    id: str
    name: str
    driver: str = "bridge"
    subnet: str = ""
    gateway: str = ""
    internal: bool = False


@dataclass(frozen=True)
class Plug:
    """Un contenedor enchufado a una red.

    Args:
        network: el identificador de la red.
        address: la dirección del contenedor en ella; "" si no está en marcha.
        aliases: los nombres que tiene en ella, además del suyo.
    """

    network: str
    address: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Published:
    """Un puerto del contenedor al que se llega por el anfitrión.

    Args:
        host: dirección y puerto del anfitrión, como `127.0.0.1:32768`.
        port: el del contenedor, como `80/tcp`.
    """

    host: str
    port: str


@dataclass(frozen=True)
class Connected:
    """Un contenedor, visto desde sus redes.

    Args:
        id: identificador completo.
        name: sin `/` inicial.
        running: si está en marcha: solo entonces tiene dirección.
        plugs: sus enchufes.
        published: sus puertos publicados.
        borrows: de quién es la red que usa: "" si es suya, `HOST`, o el nombre de otro contenedor.
    """

    id: str
    name: str
    running: bool
    plugs: tuple[Plug, ...] = ()
    published: tuple[Published, ...] = ()
    borrows: str = ""


@dataclass(frozen=True)
class Layout:
    """Unas redes y los contenedores que se miran, en el orden en que se quieren ver."""

    networks: tuple[Network, ...]
    containers: tuple[Connected, ...]


def apart(containers: Sequence[Connected]) -> tuple[tuple[Connected, Connected], ...]:
    """Los pares de contenedores en marcha que no comparten ninguna red.

    Quien usa la red de otro está donde el otro; quien usa la del anfitrión está en las mismas que él, y por
    eso no se cuenta: a cuáles llega no lo dice el motor.
    """
    here = [each for each in containers if each.running and each.borrows != HOST]
    return tuple(
        (one, other)
        for one, other in combinations(here, 2)
        if _place(one) != _place(other) and not _networks(one, here) & _networks(other, here)
    )


def _place(container: Connected) -> str:
    """En la red de qué contenedor está."""
    return container.borrows or container.name


def _networks(container: Connected, everyone: Sequence[Connected]) -> set[str]:
    owner = next((each for each in everyone if each.name == _place(container)), container)
    return {plug.network for plug in owner.plugs}
