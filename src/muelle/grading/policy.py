"""Qué puede pedir al motor el cuaderno de un estudiante mientras se corrige.

Una lista de lo permitido: lo que no está en ella se niega. Lo que el estudiante crea queda con la etiqueta
`muelle.alumno=<id>`; y solo lo que la lleva se puede tocar. Leer, se puede leer la lista de lo que hay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

LABEL = "muelle.alumno"

SAFE_HOST_CONFIG = frozenset(
    (
        *("AutoRemove", "BlkioWeight", "ConsoleSize", "CpuPeriod", "CpuQuota"),
        *("CpuShares", "CpusetCpus", "Dns", "DnsOptions", "DnsSearch"),
        *("ExtraHosts", "Init", "LogConfig", "Memory", "MemoryReservation"),
        *("MemorySwap", "MemorySwappiness", "NanoCpus", "NetworkMode", "PidsLimit"),
        *("PortBindings", "PublishAllPorts", "ReadonlyRootfs", "RestartPolicy", "ShmSize"),
        *("Tmpfs", "Ulimits"),
    )
)
"""Opciones de `HostConfig` que no sacan al contenedor de su sitio; otra, con valor, se niega."""

CONTAINER_KEYS = frozenset(
    (
        *("ArgsEscaped", "AttachStderr", "AttachStdin", "AttachStdout", "Cmd"),
        *("Domainname", "Entrypoint", "Env", "ExposedPorts", "Healthcheck"),
        *("HostConfig", "Hostname", "Image", "Labels", "MacAddress"),
        *("NetworkDisabled", "NetworkingConfig", "OnBuild", "OpenStdin", "Shell"),
        *("StdinOnce", "StopSignal", "StopTimeout", "Tty", "User"),
        *("Volumes", "WorkingDir"),
    )
)
EXEC_KEYS = frozenset(
    (
        *("AttachStderr", "AttachStdin", "AttachStdout", "Cmd", "ConsoleSize"),
        *("Container", "Detach", "DetachKeys", "Env", "Privileged"),
        *("Tty", "User", "WorkingDir"),
    )
)
NETWORK_KEYS = frozenset(
    (
        *("Attachable", "CheckDuplicate", "ConfigFrom", "ConfigOnly", "Driver", "EnableIPv4"),
        *("EnableIPv6", "IPAM", "Ingress", "Internal", "Labels", "Name", "Options", "Scope"),
    )
)
BUILD_OPTIONS = frozenset(
    (
        *("buildargs", "cpusetcpus", "cpushares", "dockerfile", "forcerm"),
        *("labels", "memory", "memswap", "networkmode", "nocache"),
        *("platform", "pull", "q", "rm", "shmsize"),
        *("t", "target", "version"),
    )
)
VOLUME_KEYS = frozenset(("Driver", "DriverOpts", "Labels", "Name"))

_PLAIN = {
    "networks": (NETWORK_KEYS, "bridge", ("Options", "ConfigFrom", "ConfigOnly"), "redes «bridge»"),
    "volumes": (VOLUME_KEYS, "local", ("DriverOpts",), "volúmenes locales"),
}
"""Por clase: sus claves, su único controlador, las que tienen que ir vacías y cómo se llama."""


@dataclass(frozen=True)
class Request:
    """Una petición del cuaderno.

    Args:
        method: en mayúsculas.
        path: sin versión ni consulta, ya descodificada.
        version: `/v1.41` o "".
        query: pares de la consulta, en orden.
    """

    method: str
    path: str
    version: str
    query: tuple[tuple[str, str], ...]

    @property
    def target(self) -> str:
        """Lo que va en la línea de petición."""
        text = f"{self.version}{quote(self.path, safe='/:@._-~')}"
        return f"{text}?{urlencode(self.query)}" if self.query else text

    def get(self, name: str) -> str:
        """El primer valor de un parámetro, o ""."""
        return next((value for key, value in self.query if key == name), "")


class Denied(Exception):
    """La petición no se permite; el mensaje dice por qué."""


def parse(method: str, target: str) -> Request:
    """Lee la línea de petición.

    Raises:
        Denied: si la ruta intenta confundir.
    """
    raw, _, query = target.partition("?")
    path = unquote(raw)
    if not path.startswith("/") or "//" in path or "/../" in f"{path}/" or not path.isprintable():
        raise Denied("esa ruta no es de la API")
    found = re.match(r"^(/v[0-9]+\.[0-9]+)?(/.*)$", path)
    assert found
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    return Request(method.upper(), found[2], found[1] or "", pairs)


class Policy:
    """Las reglas de un estudiante.

    Args:
        student: el valor de su etiqueta.
        labels_of: etiquetas de una cosa del motor, por clase (`containers`, `images`, `volumes`,
            `networks`) y nombre; None si no existe.
        container_of_exec: el contenedor de una ejecución (`exec`), o "".
    """

    def __init__(
        self,
        student: str,
        labels_of: Callable[[str, str], Mapping[str, str] | None],
        container_of_exec: Callable[[str], str],
    ) -> None:
        self.student = student
        self._labels_of = labels_of
        self._container_of_exec = container_of_exec

    def judge(self, request: Request) -> tuple[Request, Callable[[bytes], bytes] | None]:
        """Decide sobre una petición.

        Returns:
            La petición que se envía, y qué hacer con el cuerpo; None si pasa tal cual.

        Raises:
            Denied: si no se permite.
        """
        for method, pattern, rule in _RULES:
            found = re.fullmatch(pattern, request.path)
            if found and request.method in method.split("|"):
                answer: tuple[Request, Callable[[bytes], bytes] | None] = rule(self, request, *found.groups())
                return answer
        raise Denied(f"{request.method} {request.path} no se permite al corregir")

    def _free(self, request: Request, *_: str) -> tuple[Request, None]:
        return request, None

    def _mine(self, kind: str, name: str) -> None:
        labels = self._labels_of(kind, name)
        if labels is not None and labels.get(LABEL) != self.student:
            raise Denied(f"«{name}» no es de este cuaderno")

    def _own(self, request: Request, kind: str, name: str) -> tuple[Request, None]:
        self._mine(kind, name)
        return request, None

    def _exec(self, request: Request, identifier: str) -> tuple[Request, None]:
        self._mine("containers", self._container_of_exec(identifier) or identifier)
        return request, None

    def _start_exec(self, request: Request, name: str) -> tuple[Request, Callable[[bytes], bytes]]:
        self._mine("containers", name)
        return request, lambda body: _json_body(body, EXEC_KEYS, _check_exec)

    def _create_container(self, request: Request) -> tuple[Request, Callable[[bytes], bytes]]:
        return request, lambda body: _json_body(body, CONTAINER_KEYS, self._check_container)

    def _check_container(self, data: dict[str, Any]) -> None:
        host = data.get("HostConfig") or {}
        risky = sorted(name for name, value in host.items() if value and name not in SAFE_HOST_CONFIG)
        # Una lista vacía aquí quita las protecciones de /proc: solo vale no decir nada.
        risky += [name for name in ("MaskedPaths", "ReadonlyPaths") if host.get(name) is not None]
        if (host.get("LogConfig") or {}).get("Type") not in (None, "", "json-file", "local", "none"):
            risky.append("LogConfig")
        if risky:
            raise Denied(f"un contenedor con {', '.join(risky)} llega a la máquina de quien corrige")
        networks = [str(host.get("NetworkMode") or "default")]
        networks += (data.get("NetworkingConfig") or {}).get("EndpointsConfig") or {}
        for network in networks:
            if network == "host" or ":" in network:  # `container:…`; en Podman, también `ns:/proc/1/ns/net`
                raise Denied(f"la red «{network}» no se permite al corregir")
            if network not in ("default", "bridge", "none"):
                self._mine("networks", network)
        self._label(data)

    def _label(self, data: dict[str, Any]) -> None:
        data["Labels"] = {**(data.get("Labels") or {}), LABEL: self.student}

    def _create_plain(self, request: Request, kind: str) -> tuple[Request, Callable[[bytes], bytes]]:
        keys, driver, empty, words = _PLAIN[kind]

        def check(data: dict[str, Any]) -> None:
            if data.get("Driver") not in (None, "", driver) or any(data.get(key) for key in empty):
                raise Denied(f"solo se permiten {words} corrientes")
            self._label(data)

        return request, lambda body: _json_body(body, keys, check)

    def _tag(self, name: str) -> None:
        """Que un nombre no se quite a una imagen ajena."""
        if name:
            self._mine("images", name)

    def _build(self, request: Request) -> tuple[Request, None]:
        for name, value in request.query:
            if value and name not in BUILD_OPTIONS:
                raise Denied(f"construir con «{name}» no se permite al corregir")
            if name == "t":
                self._tag(value)
        if request.get("networkmode") not in ("", "default", "none", "bridge"):
            raise Denied("construir con esa red no se permite al corregir")
        if request.get("version") == "2":
            raise Denied("al corregir se construye con el constructor clásico")
        try:
            labels = dict(json.loads(request.get("labels") or "{}"))
        except (ValueError, TypeError) as error:
            raise Denied("las etiquetas no se entienden") from error
        labels[LABEL] = self.student
        query = [pair for pair in request.query if pair[0] not in ("labels", "rm", "forcerm")]
        # Con `rm` y `forcerm` no quedan contenedores de paso, que no llevarían la etiqueta.
        query += [("labels", json.dumps(labels)), ("rm", "1"), ("forcerm", "1")]
        return Request(request.method, request.path, request.version, tuple(query)), None

    def _commit(self, request: Request) -> tuple[Request, None]:
        self._mine("containers", request.get("container"))
        self._tag(_full(request.get("repo"), request.get("tag")))
        query = (*request.query, ("changes", f"LABEL {LABEL}={self.student}"))
        return Request(request.method, request.path, request.version, query), None

    def _import(self, request: Request) -> tuple[Request, None]:
        if request.get("fromImage") or request.get("fromSrc") != "-":
            raise Denied("al corregir no se traen imágenes de fuera")
        self._tag(_full(request.get("repo"), request.get("tag")))
        query = (*request.query, ("changes", f"LABEL {LABEL}={self.student}"))
        return Request(request.method, request.path, request.version, query), None

    def _retag(self, request: Request, name: str) -> tuple[Request, None]:
        self._mine("images", name)
        self._tag(_full(request.get("repo"), request.get("tag")))
        return request, None


def _full(repository: str, tag: str) -> str:
    return f"{repository}:{tag}" if repository and tag else repository


def _check_exec(data: dict[str, Any]) -> None:
    if data.get("Privileged"):
        raise Denied("ejecutar con privilegios no se permite al corregir")


def _json_body(body: bytes, known: frozenset[str], check: Callable[[dict[str, Any]], None]) -> bytes:
    """Comprueba un cuerpo y lo vuelve a escribir, para que el motor lea lo mismo que se comprobó.

    Go no distingue mayúsculas en las claves: por eso solo se admiten las escritas como en la API.
    """
    try:
        data = json.loads(body or b"{}")
    except (ValueError, RecursionError) as error:
        raise Denied("el cuerpo no es JSON") from error
    if not isinstance(data, dict):
        raise Denied("el cuerpo no es un objeto JSON")
    odd = sorted(set(data) - known)
    if odd:
        raise Denied(f"la opción «{odd[0]}» no se permite al corregir")
    check(data)
    return json.dumps(data).encode()


_NAME = r"([^/]+)"
_IMAGE = r"(.+)"
_RULES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET|HEAD", r"/(?:_ping|version|info|events|system/df)", Policy._free),
    ("GET", r"/(?:containers|images)/json|/(?:networks|volumes)", Policy._free),
    ("GET", rf"/images/{_IMAGE}/(?:json|history|get)|/images/get", Policy._free),
    ("GET", rf"/(?:networks|volumes)/{_NAME}", Policy._free),
    ("POST", r"/containers/create", Policy._create_container),
    ("POST", rf"/containers/{_NAME}/exec", Policy._start_exec),
    ("DELETE", rf"/(containers)/{_NAME}", Policy._own),
    (
        "GET|HEAD|PUT|POST",
        rf"/(containers)/{_NAME}/(?:json|top|logs|changes|export|stats|resize|start|stop|restart|kill"
        r"|rename|pause|unpause|attach|wait|archive)",
        Policy._own,
    ),
    ("GET|POST", rf"/exec/{_NAME}/(?:json|start|resize)", Policy._exec),
    ("POST", r"/build", Policy._build),
    ("POST", r"/commit", Policy._commit),
    ("POST", r"/images/create", Policy._import),
    ("POST", rf"/images/{_IMAGE}/tag", Policy._retag),
    ("DELETE", rf"/(images)/{_IMAGE}", Policy._own),
    ("POST", r"/(networks|volumes)/create", Policy._create_plain),
    ("DELETE", rf"/(networks|volumes)/{_NAME}", Policy._own),
)
