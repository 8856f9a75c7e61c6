"""Los cuerpos que se admiten, clave por clave. Lo que no está aquí no existe para el guardián."""

from __future__ import annotations

from .shapes import (
    Shape,
    blank,
    either,
    flag,
    ignored,
    list_of,
    map_of,
    number,
    one_of,
    record,
    text,
    unsaid,
)

WORD = text(r"[\w.@:/+-]*", 300)
NAME = text(r"[A-Za-z0-9][A-Za-z0-9_.-]*", 200)
WORDS = list_of(text())
COMMAND = either(WORDS, text())
LABELS = map_of(text(longest=500), text())
SECONDS = number(-1, 10**6)
BYTES = number(-1, 2**53)
CPUS = text(r"[0-9,-]*", 100)
PORT = text(r"[0-9]{1,5}(-[0-9]{1,5})?(/(tcp|udp|sctp))?")
VARIABLES = list_of(text(r"[^=\0]+=[^\0]*"))
"""Siempre con su valor: sin él, Podman lo toma de su propio entorno, que es de la máquina."""
PATH_INSIDE = text(r"/[^:\0]*", 1000)
NETWORK = text(r"[A-Za-z0-9][A-Za-z0-9_.:-]*", 200)

_BINDING = record(
    {
        "HostIp": one_of("", "127.0.0.1", "0.0.0.0", "::"),
        "HostPort": text(r"[0-9]{0,5}(-[0-9]{1,5})?"),
    }
)
_LOG = record(
    {
        "Type": one_of("", "json-file", "local", "none"),
        "Config": map_of(one_of("max-size", "max-file"), text(r"[0-9]{1,6}[kmg]?")),
    }
)
_RESTART = record(
    {"Name": one_of("", "no", "always", "unless-stopped", "on-failure"), "MaximumRetryCount": number(0, 100)}
)
_ULIMIT = record({"Name": text(r"[a-z]+"), "Soft": number(-1), "Hard": number(-1)})
_MOUNT = record(
    {
        "Type": one_of("volume", "tmpfs"),
        "Source": either(one_of(""), NAME),
        "Target": PATH_INSIDE,
        "ReadOnly": flag,
        "Consistency": blank,
        "VolumeOptions": record({"NoCopy": flag, "Labels": LABELS, "DriverConfig": blank}),
        "TmpfsOptions": record({"SizeBytes": number(), "Mode": number(0, 0o7777)}),
    }
)
RESOURCES: dict[str, Shape] = {
    "BlkioWeight": number(0, 1000),
    "CpuPeriod": number(0, 10**7),
    "CpuQuota": number(-1, 10**9),
    "CpuShares": number(0, 10**6),
    "CpusetCpus": CPUS,
    "Memory": BYTES,
    "MemoryReservation": BYTES,
    "MemorySwap": BYTES,
    "NanoCpus": number(0, 10**12),
    "PidsLimit": number(-1, 2**22),
    "RestartPolicy": _RESTART,
    **dict.fromkeys(
        (
            *("BlkioDeviceReadBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteBps", "BlkioDeviceWriteIOps"),
            *("BlkioWeightDevice", "CgroupParent", "CpuCount", "CpuPercent", "CpuRealtimePeriod"),
            *("CpuRealtimeRuntime", "CpusetMems", "DeviceCgroupRules", "DeviceRequests", "Devices"),
            *("IOMaximumBandwidth", "IOMaximumIOps", "KernelMemory", "KernelMemoryTCP", "OomKillDisable"),
        ),
        blank,
    ),
}
HOST: dict[str, Shape] = {
    **RESOURCES,
    "AutoRemove": flag,
    "Binds": list_of(text(r"[A-Za-z0-9][A-Za-z0-9_.-]*:/[^:\0]*(:(ro|rw))?", 1000)),
    "CapDrop": list_of(text(r"[A-Za-z_]+", 50)),
    "CgroupnsMode": one_of("", "private"),
    "ConsoleSize": list_of(number(0, 10_000)),
    "Dns": list_of(text(r"[0-9a-fA-F.:]+", 50)),
    "DnsOptions": list_of(WORD),
    "DnsSearch": list_of(WORD),
    "ExtraHosts": list_of(text(r"[\w.-]+:[0-9a-fA-F.:]+", 300)),
    "GroupAdd": list_of(text(r"[A-Za-z0-9_-]+", 50)),
    "Init": flag,
    "IpcMode": one_of("", "private", "none", "shareable"),
    "LogConfig": _LOG,
    "MaskedPaths": unsaid,
    "MemorySwappiness": number(-1, 100),
    "Mounts": list_of(_MOUNT),
    "NetworkMode": either(one_of(""), NETWORK),
    "OomScoreAdj": number(0, 1000),
    "PidMode": either(one_of(""), text(r"container:[A-Za-z0-9][\w.-]*", 200)),
    "PortBindings": map_of(PORT, either(list_of(_BINDING), blank)),
    "PublishAllPorts": flag,
    "ReadonlyPaths": unsaid,
    "ReadonlyRootfs": flag,
    "SecurityOpt": list_of(one_of("no-new-privileges", "no-new-privileges:true")),
    "ShmSize": number(0, 2**30),
    "Tmpfs": map_of(PATH_INSIDE, text(r"[a-z0-9=,%]*", 200)),
    "Ulimits": list_of(_ULIMIT),
    **dict.fromkeys(
        (
            *("Annotations", "CapAdd", "Capabilities", "Cgroup", "ContainerIDFile", "Isolation", "Links"),
            *("Privileged", "Runtime", "StorageOpt", "Sysctls", "UTSMode", "UsernsMode"),
            *("VolumeDriver", "VolumesFrom"),
        ),
        blank,
    ),
}
"""Las de `HostConfig`: con valor, solo las que no sacan al contenedor de su sitio."""

_ENDPOINT_FIELDS: dict[str, Shape] = {
    "Aliases": list_of(text(r"[\w.-]+", 200)),
    **dict.fromkeys(
        (
            *("DNSNames", "DriverOpts", "EndpointID", "Gateway", "GlobalIPv6Address", "GlobalIPv6PrefixLen"),
            *("GwPriority", "IPAddress", "IPAMConfig", "IPPrefixLen", "IPv6Gateway", "Links", "MacAddress"),
            "NetworkID",
        ),
        blank,
    ),
}
ENDPOINT = record(_ENDPOINT_FIELDS)
_BARE = map_of(NETWORK, one_of(None))
"""Lo que manda el SDK con `network=`: un nombre sin nada, que el motor no mira; la red va en `HostConfig`."""
_HEALTH = record(
    {
        "Test": WORDS,
        **dict.fromkeys(("Interval", "Timeout", "StartPeriod", "StartInterval"), number(0, 10**15)),
        "Retries": number(0, 10_000),
    }
)
CONTAINER = record(
    {
        **dict.fromkeys(("AttachStderr", "AttachStdin", "AttachStdout", "ArgsEscaped", "OpenStdin"), flag),
        **dict.fromkeys(("NetworkDisabled", "StdinOnce", "Tty"), flag),
        "Cmd": COMMAND,
        "Domainname": WORD,
        "Entrypoint": COMMAND,
        "Env": VARIABLES,
        "ExposedPorts": map_of(PORT, record({})),
        "Healthcheck": _HEALTH,
        "HostConfig": record(HOST),
        "Hostname": WORD,
        "Image": text(r"[\w.@:/+-]+", 400),
        "Labels": LABELS,
        "MacAddress": either(one_of(""), text(r"[0-9a-fA-F:]{17}")),
        "NetworkingConfig": either(
            _BARE, record({"EndpointsConfig": map_of(NETWORK, either(ENDPOINT, blank))})
        ),
        "OnBuild": blank,
        "Shell": WORDS,
        "StopSignal": text(r"[A-Z0-9+-]*", 30),
        "StopTimeout": SECONDS,
        "User": text(r"[\w:.-]*", 100),
        "Volumes": map_of(PATH_INSIDE, record({})),
        "WorkingDir": text(longest=1000),
    }
)
EXEC = record(
    {
        **dict.fromkeys(("AttachStderr", "AttachStdin", "AttachStdout", "Detach", "Tty"), flag),
        "Cmd": COMMAND,
        "ConsoleSize": list_of(number(0, 10_000)),
        "Container": ignored,
        "DetachKeys": WORD,
        "Env": VARIABLES,
        "Privileged": blank,
        "User": text(r"[\w:.-]*", 100),
        "WorkingDir": text(longest=1000),
    }
)
EXEC_START = record({"Detach": flag, "Tty": flag, "ConsoleSize": list_of(number(0, 10_000))})
NETWORK_BODY = record(
    {
        "Name": NAME,
        "Driver": one_of("", "bridge"),
        "Scope": one_of("", "local"),
        "IPAM": record({"Driver": one_of("", "default"), "Options": blank, "Config": blank}),
        "Labels": LABELS,
        **dict.fromkeys(("Attachable", "CheckDuplicate", "EnableIPv4", "Internal"), flag),
        **dict.fromkeys(("ConfigFrom", "ConfigOnly", "EnableIPv6", "Ingress", "Options"), blank),
    }
)
CONNECT = record({"Container": NETWORK, "EndpointConfig": ENDPOINT})
DISCONNECT = record({"Container": NETWORK, "Force": flag})
VOLUME_BODY = record(
    {
        "Name": either(one_of(""), NAME),
        "Driver": one_of("", "local"),
        "DriverOpts": blank,
        "ClusterVolumeSpec": blank,
        "Labels": LABELS,
    }
)
NOTHING = record({})
"""El cuerpo de lo que no lleva cuerpo."""
