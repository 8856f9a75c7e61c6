"""Con qué orden y con qué configuración se arranca cada motor."""

from __future__ import annotations

import json
import resource
from pathlib import Path

from catalogo import Engine
from paquetes import UID

RUNTIME = f"/run/user/{UID}"
# Lo mismo que hace el «dockerd-rootless.sh» de Debian.
ROOTLESSKIT = (
    "rootlesskit",
    f"--state-dir={RUNTIME}/rootlesskit",
    "--net=slirp4netns",
    "--mtu=65520",
    "--disable-host-loopback",
    "--port-driver=builtin",
    "--copy-up=/etc",
    "--copy-up=/run",
    "--propagation=rslave",
)


def command(engine: Engine, home: Path) -> list[str]:
    """Escribe la configuración de `engine` en su carpeta `home` y devuelve la orden que lo arranca."""
    order = _docker(engine, home) if engine.kind == "docker" else _podman(engine, home)
    if engine.rootless:
        return ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", *order]
    return order


def environment(engine: Engine, home: Path) -> dict[str, str]:
    """Las variables de entorno del motor: solo las suyas, nada de quien lo arranca."""
    common = {"PATH": "/usr/sbin:/usr/bin", "HOME": str(home), "LANG": "C.UTF-8", "TMPDIR": "/var/tmp"}
    if engine.rootless:
        common["XDG_RUNTIME_DIR"] = RUNTIME
    if engine.kind == "docker":
        return common
    return common | {
        "CONTAINERS_CONF": str(home / "containers.conf"),
        "CONTAINERS_STORAGE_CONF": str(home / "storage.conf"),
        "CONTAINERS_REGISTRIES_CONF": str(home / "registries.conf"),
    }


def _docker(engine: Engine, home: Path) -> list[str]:
    """dockerd con su almacén, su puente y sin tocar el cortafuegos de la máquina."""
    settings = {
        "data-root": str(home / "data"),
        "exec-root": f"{RUNTIME}/docker",
        "pidfile": f"{RUNTIME}/dockerd.pid",
        "hosts": [f"unix://{home}/docker.sock"],
        "default-address-pools": [{"base": f"{engine.subnet}.128.0/17", "size": 24}],
        "iptables": False,
        "ip6tables": False,
        "ip-forward": False,
        "ip-masq": False,
        "features": {"containerd-snapshotter": engine.store == "containerd"},
        "shutdown-timeout": 5,
    }
    if engine.store == "overlay2":
        settings["storage-driver"] = "overlay2"
    if engine.rootless:
        settings["bip"] = f"{engine.subnet}.0.1/24"
    else:
        settings |= {"bridge": engine.bridge, "cgroup-parent": f"/{cgroup(engine)}"}
    path = home / "daemon.json"
    path.write_text(json.dumps(settings, indent=2))
    if engine.rootless:
        return [*ROOTLESSKIT, "dockerd", "--rootless", "--config-file", str(path)]
    return ["dockerd", "--config-file", str(path), "--group", "root"]


def _podman(engine: Engine, home: Path) -> list[str]:
    """El servicio de Podman: runc, porque crun no admite los cgroups híbridos, y límites que pueda dar."""
    limits = []
    # Podman 4 se baja a sí mismo el límite de procesos a pid_max (medido): pedir más sería un error.
    top = int(Path("/proc/sys/kernel/pid_max").read_text())
    for name, kind in (("nofile", resource.RLIMIT_NOFILE), ("nproc", resource.RLIMIT_NPROC)):
        hard = resource.getrlimit(kind)[1]
        hard = top if hard == resource.RLIM_INFINITY or (name == "nproc" and hard > top) else hard
        limits.append(f"{name}={hard}:{hard}")
    (home / "containers.conf").write_text(
        f"""[containers]
default_ulimits = {json.dumps(limits)}
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
compat_api_enforce_docker_hub = true
[network]
network_backend = "netavark"
firewall_driver = "{"none" if engine.rootless else "iptables"}"
default_subnet = "{engine.subnet}.0.0/24"
default_subnet_pools = [{{"base" = "{engine.subnet}.128.0/17", "size" = 24}}]
network_config_dir = "{home}/networks"
"""
    )
    (home / "storage.conf").write_text(
        f"""[storage]
driver = "overlay"
graphroot = "{home}/data"
runroot = "{RUNTIME}/containers"
"""
    )
    (home / "registries.conf").write_text('unqualified-search-registries = ["docker.io"]\n')
    return ["podman", "system", "service", "--time=0", f"unix://{home}/docker.sock"]


def cgroup(engine: Engine) -> str:
    """El grupo de control bajo el que cuelgan los contenedores del motor."""
    return f"muelle-motor-{engine.number}" if engine.kind == "docker" else "libpod_parent"
