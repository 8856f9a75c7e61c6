"""Los argumentos de cada instrucción: de como los guarda el historial a como van en un Dockerfile."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from . import quoting
from .quoting import ENV_NAME, LABEL_NAME

_HASHED = re.compile(
    r"\A((?:--\S+\s+)*(?:--\S*?)?)(?:file|dir|multi|tarsum\S*?):[0-9a-f]+ in (.*)\Z", re.DOTALL
)
_HEREDOC = re.compile(r"\A(?:--\S+\s+)*<<-?[\"']?([A-Za-z_]\w*)")
_MAP = re.compile(r"\Amap\[(.*)\]\Z", re.DOTALL)
_HEALTH_QUOTED = re.compile(r"\A&?\{(\[.*\])((?: \"[^\"]*\")+) '(.+)'\}\Z", re.DOTALL)
_TIME = r"-?[0-9][0-9a-zµ.]*"
_HEALTH_PLAIN = re.compile(rf"\A&?\{{\[(.*)\]((?: {_TIME}){{3,4}}) (\d+)\}}\Z", re.DOTALL)
_HEALTH_NAMED = re.compile(
    rf"\A&?\{{Test:\[(.*)\] Interval:({_TIME}) Timeout:({_TIME}) StartPeriod:({_TIME})"
    rf"(?: StartInterval:({_TIME}))? Retries:(\d+)\}}\Z",
    re.DOTALL,
)
_OPTIONS = ("--interval", "--timeout", "--start-period", "--start-interval")
_ZERO = re.compile(r"(?<=[a-z])0[ms]|\A0s?\Z")
_ORDERED = re.compile(r"\A(\S+(?: \S+)*? (?:-c|-Command|/C)) ([^\s-].*)\Z", re.DOTALL | re.IGNORECASE)


def copied(rest: str) -> str:
    """`file:4e5f… in /destino` pasa a `… /destino`: el nombre de origen no se guardó.

    Docker 20.10 escribe `--chown=1:2file:4e5f…`, sin espacio. Tampoco se guarda lo que iba en un
    documento insertado (`COPY <<FIN /x`).
    """
    hashed = _HASHED.match(rest)
    if hashed:
        return " ".join(filter(None, (hashed[1].strip(), "…", hashed[2].strip())))
    inserted = _HEREDOC.match(rest)
    return f"{rest}\n…\n{inserted[1]}" if inserted and "\n" not in rest else rest


def exposed(rest: str) -> str:
    """`map[80/tcp:{} 53/udp:{}]` o `[80/tcp 53/udp]` pasa a `80/tcp 53/udp`."""
    mapped = _MAP.match(rest)
    if mapped:
        return mapped[1].replace(":{}", "")
    return rest[1:-1] if rest.startswith("[") and rest.endswith("]") else rest


def volumes(rest: str, known: Collection[str] = ()) -> str:
    """`[/a /b]`, la lista de Go, pasa a `/a /b`; una de JSON se queda como está.

    Args:
        known: las rutas que la imagen tiene por volúmenes, si se conocen: dicen si un espacio separa dos o es
            de una.
    """
    items = quoting.strings(rest)
    if items:
        return quoting.listed(items)
    if not (rest.startswith("[") and rest.endswith("]")):
        return rest
    paths = _paths(rest[1:-1], known)
    return (
        quoting.listed(paths) if paths and any(" " in path for path in paths) else rest[1:-1].strip() or rest
    )


def _paths(text: str, known: Collection[str]) -> list[str]:
    """Las rutas conocidas que, separadas por espacios, son ese texto; ninguna si no lo son."""
    found: list[str] = []
    longest = sorted(known, key=len, reverse=True)
    while text:
        path = next((each for each in longest if text == each or text.startswith(f"{each} ")), "")
        if not path:
            return []
        found.append(path)
        text = text[len(path) + 1 :]
    return found


def shell_words(rest: str) -> list[str]:
    """El intérprete de una fila SHELL: `[/bin/bash -o pipefail -c]` o su lista en JSON.

    Go separa los elementos con espacios y no con comillas: lo que sigue a `-c` (en PowerShell, a
    `-Command`) se toma por uno solo, que es como se escribe.
    """
    items = quoting.strings(rest)
    if items:
        return items
    text = rest.removeprefix("[").removesuffix("]").strip()
    ordered = _ORDERED.match(text)
    return [*ordered[1].split(), ordered[2]] if ordered else text.split()


def command(rest: str, shell: str) -> str:
    """CMD y ENTRYPOINT: una lista, en JSON; y si es el intérprete con una sola orden, la orden a secas.

    Args:
        shell: el intérprete en vigor, con espacios entre sus palabras.
    """
    items = quoting.strings(rest)
    if items is None:
        return rest
    wrapped = len(items) > 1 and " ".join(items[:-1]) == shell
    if wrapped and items[-1].strip() and not items[-1].startswith("[") and "\n" not in items[-1]:
        return items[-1]
    return quoting.listed(items)


def variables(rest: str, keyword: str, known: Collection[str] = ()) -> str:
    """ENV, LABEL y ARG con las comillas que el historial no guarda.

    Args:
        known: los nombres que la imagen tiene, si se conocen.
    """
    name = LABEL_NAME if keyword == "LABEL" else ENV_NAME
    found = quoting.pairs(rest, name, known)
    return " ".join(quoting.pair(key, value) for key, value in found) if found else rest


def health(rest: str) -> str:
    """HEALTHCHECK: `&{["CMD-SHELL" "orden"] "30s" "3s" "0s" '\\x03'}` pasa a `--interval=30s … CMD orden`.

    Cada versión lo escribe de una manera: entre comillas, sin ellas o con el nombre de cada campo.
    El número de intentos, en la primera, es el código de un carácter.
    """
    read = _health_quoted(rest) or _health_plain(rest) or _health_named(rest)
    if read is None or not read[0]:
        return rest
    test, times, retries = read
    if test[0] == "NONE":
        return "NONE"
    written = [
        f"{name}={_short_time(time)}"
        for name, time in zip(_OPTIONS, times, strict=False)
        if not _is_zero(time)
    ]
    if retries:
        written.append(f"--retries={retries}")
    order = " ".join(test[1:]) if test[0] == "CMD-SHELL" else quoting.listed(test[1:])
    return " ".join([*written, "CMD", order])


_Health = tuple[list[str], list[str], int]


def _health_quoted(rest: str) -> _Health | None:
    read = _HEALTH_QUOTED.match(rest)
    if read is None:
        return None
    test, times = quoting.strings(read[1]), quoting.quoted(read[2])
    number = quoting.unescape(read[3])
    if test is None or times is None or len(number) != 1:
        return None
    return test, times, ord(number)


def _health_plain(rest: str) -> _Health | None:
    read = _HEALTH_PLAIN.match(rest)
    return (_unquoted(read[1]), read[2].split(), int(read[3])) if read and len(read[3]) < 10 else None


def _health_named(rest: str) -> _Health | None:
    read = _HEALTH_NAMED.match(rest)
    if read is None or len(read[6]) >= 10:
        return None
    return _unquoted(read[1]), [time or "0s" for time in read.groups()[1:5]], int(read[6])


def _unquoted(text: str) -> list[str]:
    """La orden de una lista sin comillas: entera si es para el intérprete y, si no, por palabras."""
    kind, _, rest = text.partition(" ")
    return [kind, rest] if kind == "CMD-SHELL" else text.split()


def _short_time(time: str) -> str:
    """`1m0s`, como lo escribe Go, pasa a `1m`."""
    return _ZERO.sub("", time) or time


def _is_zero(time: str) -> bool:
    return time in ("0s", "0")


ARGUMENTS: dict[str, Callable[[str], str]] = {
    "COPY": copied,
    "ADD": copied,
    "EXPOSE": exposed,
    "HEALTHCHECK": health,
}
"""Las instrucciones cuyos argumentos se leen sin saber nada de las demás."""
