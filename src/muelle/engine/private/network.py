"""El puente de red del motor privado: propio, con una subred que no usa nadie más."""

from __future__ import annotations

import ipaddress
import subprocess
from pathlib import Path

import psutil

from muelle.engine.install import ensure_tool
from muelle.errors import EngineUnavailable

INTERFACES = Path("/sys/class/net")

_SET = "3"
"""`NET_ADDR_SET`: una dirección que alguien puso (include/uapi/linux/netdevice.h)."""

_POOLS = [
    *(ipaddress.IPv4Network(f"172.31.{third}.0/24") for third in range(200, 256)),
    *(ipaddress.IPv4Network(f"10.231.{third}.0/24") for third in range(256)),
    *(ipaddress.IPv4Network(f"192.168.{third}.0/24") for third in range(200, 256)),
]


def ensure_bridge(name: str) -> None:
    """Deja en pie el puente `name` con una dirección, IP y MAC, que no cambian; si ya lo está, no lo toca.

    `dockerd --bridge` exige un puente hecho y toma de él la subred.

    Raises:
        EngineUnavailable: el núcleo no deja crearlo, o no queda ninguna subred libre.
        MissingTool: falta la orden `ip`.
    """
    ip = ensure_tool("ip")
    if not (is_bridge(name) and _has_address(name)):
        _make_bridge(ip, name)
    _keep_mac(ip, name)


def _make_bridge(ip: str, name: str) -> None:
    remove_bridge(name)
    subnet = free_subnet(used_networks(), start=int(name[-2:], 16) if name[-2:].isalnum() else 0)
    _run([ip, "link", "add", "name", name, "type", "bridge"])
    try:
        _run([ip, "addr", "add", f"{subnet[1]}/{subnet.prefixlen}", "dev", name])
        _run([ip, "link", "set", "dev", name, "up"])
    except EngineUnavailable:
        remove_bridge(name)
        raise


def _keep_mac(ip: str, name: str) -> None:
    """Fija la dirección MAC que tiene el puente.

    Un puente al que nadie se la ha puesto toma la más baja de sus puertos, y cambia con cada contenedor
    que llega o se va (`br_stp_recalculate_bridge_id`, en net/bridge/br_stp_if.c de Linux). Los demás se
    quedan con la vieja en su tabla de vecinos, y lo que envían a la máquina se pierde hasta que vuelven a
    preguntarla: medio minuto (medido) en el que un puerto publicado no contesta. `dockerd` la fija en los
    puentes que crea.
    """
    folder = INTERFACES / name
    if (folder / "addr_assign_type").read_text(encoding="ascii").strip() != _SET:
        _run([ip, "link", "set", "dev", name, "address", (folder / "address").read_text().strip()])


def remove_bridge(name: str) -> None:
    """Quita el puente `name`, si existe y es un puente."""
    if is_bridge(name):
        _run([ensure_tool("ip"), "link", "del", "dev", name])


def is_bridge(name: str) -> bool:
    """Si hay una interfaz `name` y es un puente."""
    return (INTERFACES / name / "bridge").is_dir()


def bridges() -> list[str]:
    """Los puentes que hay en la máquina."""
    if not INTERFACES.is_dir():
        return []
    return sorted(path.name for path in INTERFACES.iterdir() if is_bridge(path.name))


def free_subnet(used: list[ipaddress.IPv4Network], start: int = 0) -> ipaddress.IPv4Network:
    """La primera subred /24 de uso privado que no pisa ninguna de `used`.

    Args:
        used: las que ya tienen dueño.
        start: por cuál empezar, para que dos motores a la vez no elijan la misma.

    Raises:
        EngineUnavailable: si no queda ninguna.
    """
    for turn in range(len(_POOLS)):
        pool = _POOLS[(start + turn) % len(_POOLS)]
        if not any(pool.overlaps(network) for network in used):
            return pool
    raise EngineUnavailable("No queda ninguna subred privada libre en esta máquina para el motor del curso.")


def used_networks() -> list[ipaddress.IPv4Network]:
    """Las subredes de las interfaces y de las rutas de esta máquina, sin la ruta por defecto."""
    found = []
    for addresses in psutil.net_if_addrs().values():
        for address in addresses:
            if address.family.name == "AF_INET" and address.netmask:
                found.append(ipaddress.IPv4Network(f"{address.address}/{address.netmask}", strict=False))
    for line in Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]:
        fields = line.split()
        target, mask = (int.from_bytes(bytes.fromhex(fields[i]), "little") for i in (1, 7))
        network = ipaddress.IPv4Network((target, bin(mask).count("1")), strict=False)
        if network.prefixlen:
            found.append(network)
    return found


def _has_address(name: str) -> bool:
    addresses = psutil.net_if_addrs().get(name, [])
    return any(address.family.name == "AF_INET" for address in addresses)


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = " ".join(done.stderr.split())
        raise EngineUnavailable(
            f"No se pudo preparar la red del motor privado: «{' '.join(command)}» dice «{reason}»."
        )
