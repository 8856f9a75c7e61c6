"""De `CreatedBy` a la instrucción tal como se escribe en un Dockerfile.

Cada constructor escribe el historial a su manera: el clásico `/bin/sh -c #(nop)  CMD ["x"]`,
BuildKit `RUN /bin/sh -c … # buildkit`, Podman `/bin/sh -c #(nop) CMD ["x"]`.
Aquí se deshace; lo que el motor no guardó (el nombre del archivo de un COPY clásico) se escribe `…`.
"""

from __future__ import annotations

import re

METADATA = frozenset(
    {"ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER"}
    | {"ONBUILD", "SHELL", "STOPSIGNAL", "USER", "VOLUME"}
)
"""Instrucciones que nunca crean una capa: solo cambian la configuración de la imagen."""

KEYWORDS = METADATA | {"ADD", "COPY", "FROM", "RUN", "WORKDIR"}
"""Todas las instrucciones de un Dockerfile."""

_NOP = "#(nop)"
_SHELL = re.compile(r"\A(?:/bin/sh -c|cmd /S /C)(?:\s+|\Z)")
_ARGS = re.compile(r"\A\|(\d+)\s")
_ITEM = re.compile(r'[\s,]*("(?:[^"\\]|\\.)*")')
_HASHED = re.compile(r"\A(?:--\S+\s+)*(?:file|dir|multi):[0-9a-f]+ in (.*)\Z", re.DOTALL)
_MAP = re.compile(r"\Amap\[(.*)\]\Z", re.DOTALL)
_HEALTH = re.compile(r"\A&?\{(\[.*\])((?: \"[^\"]*\")*) '[^']*'\}\Z", re.DOTALL)
_HEALTH_OPTIONS = {
    3: ("--interval", "--timeout", "--start-period"),
    4: ("--interval", "--timeout", "--start-period", "--start-interval"),
}


def parse(created_by: str, comment: str = "") -> tuple[str, str]:
    """Lee una fila del historial.

    Args:
        created_by: el texto del motor.
        comment: el comentario del motor; solo se usa si `created_by` está vacío.

    Returns:
        La palabra clave en mayúsculas (`?` si no se reconoce) y el texto de la instrucción.

    Una fila de `docker commit` lleva la orden del contenedor y no se distingue de un `RUN`.
    """
    keyword, rest = _split(created_by)
    if keyword == "?":
        return "?", rest or comment.strip()
    return keyword, f"{keyword} {_ARGUMENTS.get(keyword, str.strip)(rest)}".rstrip()


def is_metadata(created_by: str) -> bool:
    """Si la fila es de una instrucción que nunca crea una capa."""
    return _split(created_by)[0] in METADATA


def _split(created_by: str) -> tuple[str, str]:
    """Separa la palabra clave del resto, sin lo que añade cada constructor."""
    text = _without_endings(created_by)
    if _NOP in text:
        before, _, after = text.partition(_NOP)
        if len(before) < 200 and "\n" not in before:
            text = after.strip()
            word, _, rest = text.partition(" ")
            return (word.upper(), rest.strip()) if word.upper() in KEYWORDS else ("?", text)
    if not text or text.startswith("#"):
        return "?", text.lstrip("# ")
    word, _, rest = text.partition(" ")
    if word in KEYWORDS:
        return word, rest.strip()
    return "RUN", text


def _without_endings(created_by: str) -> str:
    """Sin lo que BuildKit y Podman ponen detrás: `# buildkit`, `| FROM imagen`."""
    text = created_by.strip().removesuffix("# buildkit").rstrip()
    before, _, after = text.rpartition("|")
    words = after.split(maxsplit=2)
    return before.rstrip() if before and len(words) == 2 and words[0] == "FROM" else text


def _run(rest: str) -> str:
    """La orden de RUN sin los ARG que el constructor le antepone ni el intérprete por defecto."""
    counted = _ARGS.match(rest)
    if counted:
        rest = _without_args(rest[counted.end() :], int(counted[1]))
    shell = _SHELL.match(rest)
    if not shell:
        return rest.strip()
    command = rest[shell.end() :].strip()
    if "\n" in command and not command.startswith("<<"):
        return f"<<EOF\n{command}\nEOF"
    return _listed(command) if command.startswith('["') else command


def _without_args(rest: str, count: int) -> str:
    """Quita `count` argumentos `NOMBRE=valor`; un valor puede llevar espacios."""
    at = rest.find("/bin/sh -c ")
    if at >= 0:
        return rest[at:]
    return rest.split(" ", min(count, rest.count(" ")))[-1]


def _copy(rest: str) -> str:
    """`file:4e5f… in /destino` pasa a `… /destino`: el nombre de origen no se guardó."""
    hashed = _HASHED.match(rest)
    return f"… {hashed[1].strip()}" if hashed else rest.strip()


def _listed(rest: str) -> str:
    """`["sh" "-c"]`, la lista de Go, pasa a la forma de un Dockerfile: `["sh", "-c"]`."""
    rest = rest.strip()
    if rest.startswith("[") and rest.endswith("]"):
        items = _items(rest[1:-1])
        if items:
            return f"[{', '.join(items)}]"
        if '"' not in rest:
            return rest[1:-1].strip() or "[]"
    return rest


def _items(text: str) -> list[str]:
    """Los elementos de una lista de Go o de JSON, con sus comillas; ninguno si hay algo más."""
    found, at = [], 0
    while item := _ITEM.match(text, at):
        found.append(item[1])
        at = item.end()
    return [] if text[at:].replace(",", "").strip() else found


def _expose(rest: str) -> str:
    """`map[80/tcp:{} 53/udp:{}]` pasa a `80/tcp 53/udp`."""
    mapped = _MAP.match(rest.strip())
    return mapped[1].replace(":{}", "") if mapped else rest.strip()


def _health(rest: str) -> str:
    """`&{["CMD-SHELL" "orden"] "30s" "3s" "0s" '\\x03'}` pasa a `--interval=30s … CMD orden`."""
    read = _HEALTH.match(rest.strip())
    if not read:
        return rest.strip()
    test = [item[1:-1] for item in _items(read[1][1:-1])]
    times = [item[1:-1] for item in _items(read[2])]
    if not test:
        return rest.strip()
    if test[:1] == ["NONE"]:
        return "NONE"
    names = _HEALTH_OPTIONS.get(len(times), ())
    options = [f"{name}={time}" for name, time in zip(names, times, strict=False) if time not in ("0s", "0")]
    if test[:1] == ["CMD-SHELL"]:
        command = "CMD " + " ".join(test[1:])
    else:
        command = "CMD [" + ", ".join(f'"{item}"' for item in test[1:]) + "]"
    return " ".join([*options, command])


_ARGUMENTS = {
    "RUN": _run,
    "COPY": _copy,
    "ADD": _copy,
    "CMD": _listed,
    "ENTRYPOINT": _listed,
    "SHELL": _listed,
    "VOLUME": _listed,
    "EXPOSE": _expose,
    "HEALTHCHECK": _health,
}
