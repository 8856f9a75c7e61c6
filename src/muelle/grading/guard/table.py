"""La tabla del guardián: qué se permite y por qué. Lo que no está, no pasa. La guía docente sale de aquí."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import answers, bodies, containers, images, networks, orders, queries, reasons, shapes, travel
from .orders import Make
from .shapes import Shape, one_of, record, switch, text, unset
from .things import LABEL

_NAME = r"([^/]+)"
_IMAGE = r"(.+)"


@dataclass(frozen=True)
class Operation:
    """Algo que un cuaderno puede pedir.

    Args:
        what: qué es, y `why`, por qué se permite y con qué cuidado; los lee quien da el curso.
        method, pattern: cómo se reconoce; el método puede ser varios, con `|`.
        make: la orden que sale.
        query: los parámetros que admite; los de `several`, más de una vez.
        body: la forma del cuerpo; None si es un tar, que va aparte.
    """

    what: str
    why: str
    method: str
    pattern: str
    make: Make
    query: Mapping[str, Shape] = field(default_factory=dict)
    several: tuple[str, ...] = ()
    body: Shape | None = bodies.NOTHING

    def match(self, method: str, path: str) -> tuple[str, ...] | None:
        """Lo que nombra la ruta, o None si no es esta operación."""
        found = re.fullmatch(self.pattern, path) if method in self.method.split("|") else None
        return found.groups() if found else None


_C = rf"/containers/{_NAME}"

OPERATIONS: tuple[Operation, ...] = (
    Operation(*reasons.ASK, "GET|HEAD", "/_ping", orders.plain("/_ping")),
    Operation(*reasons.ASK, "GET", "/version", orders.plain("/version")),
    Operation(*reasons.ASK, "GET", "/info", orders.plain("/info", answers.info)),
    Operation(
        *reasons.EVENTS,
        "GET",
        "/events",
        orders.filtered("/events"),
        {"since": queries.TIME, "until": queries.TIME, "filters": queries.EVENT_FILTERS},
    ),
    Operation(
        *reasons.LIST,
        "GET",
        "/containers/json",
        orders.filtered("/containers/json"),
        {
            "all": switch,
            "size": switch,
            "limit": queries.COUNT,
            "trunc_cmd": switch,
            "filters": queries.CONTAINER_FILTERS,
            "since": unset,
            "before": unset,
        },
    ),
    Operation(
        *reasons.LIST,
        "GET",
        "/images/json",
        orders.plain("/images/json", answers.images),
        {
            "all": switch,
            "digests": switch,
            "only_ids": switch,
            "shared-size": switch,
            "manifests": switch,
            "filter": text(r"[\w./:*-]*", 300),
            "filters": queries.filters("dangling", "label", "reference"),
        },
    ),
    Operation(
        *(*reasons.LIST, "GET", "/networks", orders.plain("/networks", answers.networks)),
        {"filters": queries.filters("driver", "id", "label", "name", "scope", "type", "dangling")},
    ),
    Operation(
        *(*reasons.LIST, "GET", "/volumes", orders.plain("/volumes", answers.volumes)),
        {"filters": queries.filters("dangling", "driver", "label", "name")},
    ),
    Operation(
        *(*reasons.LIST, "GET", "/system/df", orders.plain("/system/df", answers.disk)),
        {"type": one_of("container", "image", "volume", "build-cache")},
        ("type",),
    ),
    Operation(
        *(*reasons.MAKE, "POST", "/containers/create", containers.create_container),
        {"name": text(r"/?[A-Za-z0-9][\w.-]*", 200), "platform": text(r"[\w/.-]*", 60)},
        body=bodies.CONTAINER,
    ),
    Operation(
        *reasons.BOX,
        "GET",
        rf"/containers/{_IMAGE}/json",
        containers.own("/json"),
        {"size": switch},
    ),
    Operation(*reasons.BOX, "GET", rf"{_C}/top", containers.own("/top"), {"ps_args": text(r"[\w -]*")}),
    Operation(*reasons.BOX, "GET", rf"{_C}/logs", containers.own("/logs"), queries.LOGS),
    Operation(*reasons.BOX, "GET", rf"{_C}/changes", containers.own("/changes")),
    Operation(*reasons.BOX, "GET", rf"{_C}/export", containers.own("/export")),
    Operation(
        *(*reasons.BOX, "GET", rf"{_C}/stats", containers.own("/stats")),
        {"stream": switch, "one-shot": switch},
    ),
    Operation(
        *(*reasons.BOX, "GET|HEAD", rf"{_C}/archive", containers.own("/archive")),
        {"path": queries.INSIDE},
    ),
    Operation(
        *(*reasons.BOX, "PUT", rf"{_C}/archive", containers.put_archive),
        {"path": queries.INSIDE, "noOverwriteDirNonDir": text(r"\w*"), "copyUIDGID": switch},
        body=None,
    ),
    Operation(*reasons.BOX, "POST", rf"{_C}/start", containers.own("/start"), {"detachKeys": queries.KEYS}),
    Operation(*reasons.BOX, "POST", rf"{_C}/stop", containers.own("/stop"), queries.TIMEOUT),
    Operation(*reasons.BOX, "POST", rf"{_C}/restart", containers.own("/restart"), queries.TIMEOUT),
    Operation(*reasons.BOX, "POST", rf"{_C}/kill", containers.own("/kill"), {"signal": queries.SIGNAL}),
    Operation(*reasons.BOX, "POST", rf"{_C}/pause", containers.own("/pause")),
    Operation(*reasons.BOX, "POST", rf"{_C}/unpause", containers.own("/unpause")),
    Operation(*reasons.BOX, "POST", rf"{_C}/wait", containers.own("/wait"), queries.WAIT),
    Operation(
        *reasons.BOX, "POST", rf"{_C}/rename", containers.rename, {"name": text(r"/?[A-Za-z0-9][\w.-]*", 200)}
    ),
    Operation(
        *(*reasons.BOX, "POST", rf"{_C}/update", containers.own("/update")),
        body=record(bodies.RESOURCES),
    ),
    Operation(
        *(*reasons.BOX, "DELETE", _C, containers.own("")),
        {"v": switch, "force": switch, "link": unset},
    ),
    Operation(*reasons.TALK, "POST", rf"{_C}/resize", containers.own("/resize"), queries.SIZE),
    Operation(
        *reasons.TALK,
        "POST",
        rf"{_C}/attach",
        containers.own("/attach", channel=True),
        queries.ATTACH,
    ),
    Operation(*reasons.TALK, "POST", rf"{_C}/exec", containers.create_exec, body=bodies.EXEC),
    Operation(
        *reasons.TALK, "POST", rf"/exec/{_NAME}/start", containers.on_exec("start"), body=bodies.EXEC_START
    ),
    Operation(*reasons.TALK, "POST", rf"/exec/{_NAME}/resize", containers.on_exec("resize"), queries.SIZE),
    Operation(*reasons.TALK, "GET", rf"/exec/{_NAME}/json", containers.on_exec("json")),
    Operation(*reasons.BUILD, "POST", "/build", images.build, queries.BUILD_QUERY, ("t",), body=None),
    Operation(
        *reasons.COPY,
        "POST",
        "/commit",
        images.commit,
        queries.COMMIT,
        ("changes",),
        bodies.NOTHING,
    ),
    Operation(
        *reasons.COPY,
        "POST",
        "/images/create",
        images.import_image,
        queries.IMPORT,
        ("changes",),
        body=None,
    ),
    Operation(
        *reasons.IMAGE,
        "GET",
        "/images/get",
        images.save_images,
        {"names": queries.REPO},
        ("names",),
    ),
    Operation(
        *(*reasons.IMAGE, "GET", rf"/images/{_IMAGE}/json"),
        images.read_image("/json"),
        {"manifests": switch},
    ),
    Operation(
        *(*reasons.IMAGE, "GET", rf"/images/{_IMAGE}/history"),
        images.read_image("/history"),
    ),
    Operation(
        *(*reasons.IMAGE, "GET", rf"/images/{_IMAGE}/get"),
        images.read_image("/get"),
    ),
    Operation(
        *(*reasons.IMAGE, "POST", rf"/images/{_IMAGE}/tag", images.tag_image),
        {"repo": queries.REPO, "tag": queries.REPO, "force": switch},
    ),
    Operation(
        *(*reasons.IMAGE, "DELETE", rf"/images/{_IMAGE}", images.delete_image),
        {"force": switch, "noprune": switch},
    ),
    Operation(*reasons.NET, "POST", "/networks/create", networks.create_network, body=bodies.NETWORK_BODY),
    Operation(
        *reasons.NET, "GET", rf"/networks/{_NAME}", networks.read_network, {"verbose": switch, "scope": unset}
    ),
    Operation(*reasons.NET, "DELETE", rf"/networks/{_NAME}", networks.on_network("")),
    Operation(
        *reasons.NET,
        "POST",
        rf"/networks/{_NAME}/connect",
        networks.on_network("/connect"),
        body=bodies.CONNECT,
    ),
    Operation(
        *(*reasons.NET, "POST", rf"/networks/{_NAME}/disconnect", networks.on_network("/disconnect")),
        body=bodies.DISCONNECT,
    ),
    Operation(*reasons.VOLUME, "POST", "/volumes/create", networks.create_volume, body=bodies.VOLUME_BODY),
    Operation(*reasons.VOLUME, "GET", rf"/volumes/{_NAME}", networks.on_volume),
    Operation(*reasons.VOLUME, "DELETE", rf"/volumes/{_NAME}", networks.on_volume, {"force": switch}),
)

TRAVEL = (
    Operation(
        *(*reasons.TRAVEL, "POST", rf"/images/{_IMAGE}/push", travel.push),
        {"tag": queries.REPO, "tlsVerify": shapes.ignored},
    ),
    Operation(
        *(*reasons.TRAVEL, "POST", "/images/create", travel.pull_or_import),
        {**queries.IMPORT, "fromImage": text(r"[\w./:@-]*", 300), "tlsVerify": shapes.ignored},
        ("changes",),
        body=None,
    ),
)
"""Lo que además puede un cuaderno cuyo motor es de usar y tirar."""

FOR_CHECKS = (
    Operation(*reasons.COPY, "POST", "/images/load", images.load_images, {"quiet": switch}, body=None),
    *TRAVEL,
)
"""Lo que además puede quien comprueba, cuyo código es del curso: los límites y las huellas se prueban así."""


def markdown() -> str:
    """La tabla, para la guía docente."""
    rows: dict[str, str] = {}
    for operation in (*OPERATIONS, *TRAVEL):
        rows[operation.what] = operation.why
    lines = [
        "| Puede | Con qué cuidado |",
        "|---|---|",
        *(f"| {what} | {why} |" for what, why in rows.items()),
    ]
    return "\n".join([*lines, "", f"Lo que crea queda con la LABEL `{LABEL}`; todo lo demás se niega."])
