"""Los parámetros que se admiten en cada consulta. Lo que no está aquí no existe para el guardián."""

from __future__ import annotations

from . import bodies
from .shapes import Shape, encoded, list_of, map_of, one_of, switch, text, unset

COUNT = text(r"-?[0-9]{0,9}")
TIME = text(r"[0-9]{0,12}(\.[0-9]{0,9})?")
ID = text(r"[A-Za-z0-9][\w.-]*", 200)
INSIDE = text(r"[^\0]{1,1000}")
REPO = text(r"[\w./:-]*", 300)
KEYS = text(r"[\w,@\[\]^-]*", 50)
SIGNAL = text(r"[A-Za-z0-9+-]{0,20}")
ON_OFF = map_of(text(longest=300), one_of(True, False))


def filters(*names: str) -> Shape:
    """Los filtros de una lista, en las dos formas en que se escriben (`["a"]` y `{"a": true}`)."""

    def read(value: object, where: str) -> object:
        if isinstance(value, dict):
            return [name for name, on in ON_OFF(value, where).items() if on]
        return list_of(text(longest=300))(value, where)

    return encoded(map_of(one_of(*names), read))


CONTAINER_FILTERS = filters(
    *(
        "ancestor",
        "exited",
        "expose",
        "health",
        "id",
        "label",
        "name",
        "network",
        "publish",
        "status",
        "volume",
    )
)
EVENT_FILTERS = filters("container", "event", "image", "label", "network", "scope", "type", "volume")
WAIT = {"condition": one_of("", "not-running", "next-exit", "removed")}
LOGS = dict.fromkeys(("follow", "stdout", "stderr", "timestamps", "details"), switch) | {
    "since": TIME,
    "until": TIME,
    "tail": text(r"all|[0-9]{0,9}"),
}
ATTACH = dict.fromkeys(("logs", "stream", "stdin", "stdout", "stderr"), switch) | {"detachKeys": KEYS}
SIZE = {"h": COUNT, "w": COUNT}
TIMEOUT = {"t": COUNT, "signal": SIGNAL}
BUILD_QUERY: dict[str, Shape] = {
    "t": REPO,
    "dockerfile": text(r"[\w./ -]*", 300),
    "target": text(r"[\w.-]*", 100),
    "buildargs": encoded(map_of(text(r"\w+", 200), text())),
    "labels": encoded(bodies.LABELS),
    "networkmode": one_of("", "default", "none", "bridge"),
    "platform": text(r"[\w/.-]*", 60),
    "version": one_of("", "1"),
    **dict.fromkeys(("q", "nocache", "rm", "forcerm"), switch),
    **dict.fromkeys(("cpusetcpus",), bodies.CPUS),
    **dict.fromkeys(("cpushares", "cpuperiod", "cpuquota", "memory", "memswap", "shmsize"), COUNT),
    "pull": switch,
    **dict.fromkeys(
        (
            *("buildid", "cachefrom", "cgroupparent", "cpusetmems", "extrahosts", "isolation", "outputs"),
            *("remote", "securityopt", "session", "squash", "ulimits"),
        ),
        unset,
    ),
}
COMMIT = {
    "container": ID,
    "repo": REPO,
    "tag": REPO,
    "comment": text(longest=1000),
    "author": text(longest=300),
    "pause": switch,
    "changes": text(longest=5000),
}
IMPORT = {
    "fromSrc": text(r"-|[^\0]*"),
    "fromImage": unset,
    "platform": unset,
    "repo": REPO,
    "tag": REPO,
    "message": text(longest=1000),
    "changes": text(longest=5000),
}
