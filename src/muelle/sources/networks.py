"""Preguntar a un demonio por redes y por quién está enchufado a ellas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

import docker
import docker.errors

from muelle.faults import plain_errors
from muelle.model.network import HOST, Connected, Layout, Network, Plug, Published

_EVERYWHERE = ("0.0.0.0", "::", "")
"""Cómo dice un motor que un puerto se publica en todas las direcciones; las IPv6 van aparte."""


def layout(client: docker.DockerClient, names: Sequence[str]) -> Layout:
    """Unas redes con sus contenedores, o unos contenedores con sus redes.

    Args:
        names: de redes o de contenedores. De una red se miran todos los que están en ella; de un contenedor,
            todas sus redes.

    Raises:
        NotFound: no hay red ni contenedor con alguno de esos nombres.
        EngineUnavailable: si el demonio no responde.
    """
    networks: dict[str, dict[str, Any]] = {}
    containers: dict[str, dict[str, Any]] = {}
    for name in names:
        with plain_errors(f"la red ni el contenedor {name}"):
            network = _network(client, name)
            if network is None:
                found = client.api.inspect_container(name)
                containers[found["Id"]] = found
                continue
            networks[network["Id"]] = network
            for identifier in sorted(network.get("Containers") or {}, key=_place_in(network)):
                # Puede ser de quien ya se fue, o del reparto de un enjambre, que no es un contenedor.
                with suppress(docker.errors.NotFound):
                    containers.setdefault(identifier, client.api.inspect_container(identifier))
    known = {identifier: identifier for identifier in networks} | {
        each["Name"]: identifier for identifier, each in networks.items()
    }
    with plain_errors("las redes"):
        for plug in (plug for each in containers.values() for plug in _plugged(each)):
            said = plug["NetworkID"]
            if said not in known:
                found = client.api.inspect_network(said)
                networks[found["Id"]] = found
                known[said] = found["Id"]
    gates = {
        known[plug["NetworkID"]]: plug.get("Gateway") or ""
        for each in containers.values()
        for plug in _plugged(each)
    }
    return Layout(
        tuple(_read_network(each, gates.get(each["Id"], "")) for each in networks.values()),
        tuple(_read_container(each, containers, known) for each in containers.values()),
    )


def _network(client: docker.DockerClient, name: str) -> dict[str, Any] | None:
    """La red que se llama así, letra por letra: el motor admite también el principio de un identificador."""
    try:
        found: dict[str, Any] = client.api.inspect_network(name)
    except docker.errors.NotFound:
        return None
    return found if name in (found["Name"], found["Id"]) else None


def _place_in(network: Mapping[str, Any]) -> Any:
    """Para ordenar los contenedores de una red: por su nombre."""
    return lambda identifier: str(network["Containers"][identifier].get("Name") or identifier)


def _read_network(data: Mapping[str, Any], gate: str) -> Network:
    """Lee una red.

    Args:
        gate: la puerta de enlace que dicen sus contenedores: la de fábrica puede no decirla.
    """
    pools = (data.get("IPAM") or {}).get("Config") or [{}]
    pool = next((each for each in pools if ":" not in str(each.get("Subnet"))), pools[0])
    return Network(
        id=data["Id"],
        name=data["Name"],
        driver=data.get("Driver") or "",
        subnet=pool.get("Subnet") or "",
        gateway="" if data.get("Internal") else (pool.get("Gateway") or gate).split("/")[0],
        internal=bool(data.get("Internal")),
    )


def _mode(attrs: Mapping[str, Any]) -> str:
    return str((attrs.get("HostConfig") or {}).get("NetworkMode") or "")


def _plugged(attrs: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sus enchufes con dirección; los de quien usa la red de otro no son suyos, aunque Podman los repita."""
    if _mode(attrs) == HOST or _mode(attrs).startswith("container:"):
        return []
    plugs = ((attrs.get("NetworkSettings") or {}).get("Networks") or {}).values()
    return [plug for plug in plugs if plug.get("IPAddress") and plug.get("NetworkID")]


def _read_container(
    attrs: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]], known: Mapping[str, str]
) -> Connected:
    """Lee un contenedor.

    Args:
        others: los demás que se miran, por identificador.
        known: cómo se nombra cada red → su identificador; Podman 4 da el nombre.
    """
    name = str(attrs["Name"]).lstrip("/")
    mode = _mode(attrs)
    borrows = HOST if mode == HOST else ""
    if mode.startswith("container:"):
        owner = mode.partition(":")[2]
        borrows = str(others[owner]["Name"]).lstrip("/") if owner in others else owner[:12]
    own = {name, attrs["Id"][:12]}
    plugs = [
        Plug(
            known[plug["NetworkID"]],
            plug["IPAddress"],
            tuple(each for each in plug.get("Aliases") or () if each not in own),
        )
        for plug in _plugged(attrs)
    ]
    running = bool((attrs.get("State") or {}).get("Running"))
    return Connected(attrs["Id"], name, running, tuple(plugs), _published(attrs), borrows)


def _published(attrs: Mapping[str, Any]) -> tuple[Published, ...]:
    """Los puertos publicados; el mismo, en todas las direcciones IPv4 y en todas las IPv6, es uno."""
    found: dict[tuple[str, str], None] = {}
    for port, bindings in ((attrs.get("NetworkSettings") or {}).get("Ports") or {}).items():
        for each in bindings or ():
            address = each.get("HostIp") or ""
            host = "0.0.0.0" if address in _EVERYWHERE else f"[{address}]" if ":" in address else address
            found[f"{host}:{each.get('HostPort')}", port] = None
    return tuple(Published(host, port) for host, port in found)
