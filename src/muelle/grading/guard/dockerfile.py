"""Leer un Dockerfile y escribirlo otra vez, sin nada que haga al motor traer cosas de fuera.

Cada instrucción sale en una sola línea, y cada imagen, por su Id: un motor no baja de un registro un nombre
de sesenta y cuatro cifras hexadecimales (`reference.ParseNormalizedNamed` de distribution lo rechaza).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .refusals import Denied, Refusal

LONGEST = 256 * 1024
PLAIN = frozenset(
    (
        *("ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER", "SHELL"),
        *("STOPSIGNAL", "USER", "VOLUME", "WORKDIR"),
    )
)
"""Las que se copian tal cual: ninguna nombra una imagen ni una dirección."""
ON_COMMIT = PLAIN - {"ARG", "MAINTAINER", "SHELL"}

_STAGE = re.compile(r"[a-z][a-z0-9_.-]*")
_LOCAL = re.compile(r"[\w./*?+,@-]+")
_FLAG = re.compile(r"--(chown|chmod)=([\w:.-]+)")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?-([\w./:-]*))?\})")

Resolve = Callable[[str], str]
"""De un nombre de imagen, su Id entero; o una negativa."""


@dataclass
class _Stages:
    """Lo que se lleva leído.

    Args:
        resolve: véase `Resolve`.
        values: los de `--build-arg`, y los ARG de antes del primer FROM.
    """

    resolve: Resolve
    values: dict[str, str]
    names: list[str] = field(default_factory=list)


def instructions(text: str) -> list[tuple[str, str]]:
    """Las instrucciones de un Dockerfile: su palabra, en mayúsculas, y el resto, en una línea.

    Raises:
        Refusal: si no se entiende.
        Denied: si dos motores lo leerían distinto.
    """
    found: list[tuple[str, str]] = []
    pending = ""
    directives = True
    for number, raw in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        line = raw.lstrip() if not pending else raw
        if not line.strip():
            directives = directives and not line
            continue
        if line.lstrip().startswith("#"):
            directive = re.match(r"#\s*escape\s*=\s*(\S*)", line, re.IGNORECASE)
            if directives and directive and directive[1] != "\\":
                raise Denied("un Dockerfile con otro carácter de escape no se permite al corregir")
            continue
        directives = False
        if "\0" in line or "\r" in line or not line.replace("\t", " ").isprintable():
            raise Refusal(f"dockerfile parse error line {number}: unprintable character")
        if re.search(r"\\\\[ \t]*$", line):
            raise Denied("un Dockerfile con una línea que acaba en dos barras no se permite al corregir")
        if re.search(r"\\[ \t]*$", line):
            pending += re.sub(r"\\[ \t]*$", "", line)
            continue
        found.append(_split(pending + line, number))
        pending = ""
    if pending.strip():
        found.append(_split(pending, 0))
    return found


def _split(line: str, number: int) -> tuple[str, str]:
    found = re.fullmatch(r"\s*(\S+)\s*(.*?)\s*", line)
    word, rest = (found[1].upper(), found[2]) if found else ("", "")
    if word not in PLAIN | {"FROM", "RUN", "COPY", "ADD", "ONBUILD"}:
        raise Refusal(f"dockerfile parse error line {number}: unknown instruction: {word[:30]}")
    if not rest:
        raise Refusal(f"dockerfile parse error line {number}: {word} requires arguments")
    if rest.endswith("\\"):  # se tragaría la línea que va detrás
        raise Denied(f"{word} acabado en una barra no se permite al corregir")
    return word, rest


def rewrite(text: str, values: Mapping[str, str], resolve: Resolve) -> str:
    """El Dockerfile que se envía.

    Args:
        values: los de `--build-arg`.
        resolve: véase `Resolve`.

    Raises:
        Refusal, Denied: si no se entiende o no se permite.
    """
    if len(text) > LONGEST:
        raise Denied("un Dockerfile tan largo no se permite al corregir")
    stages = _Stages(resolve, dict(values))
    lines = []
    for word, rest in instructions(text):
        if not stages.names and word not in ("ARG", "FROM"):
            raise Refusal("no build stage in current context")
        lines.append(f"{word} {_rest(word, rest, stages)}")
    if not stages.names:
        raise Refusal("file with no instructions")
    return "\n".join(lines) + "\n"


def _rest(word: str, rest: str, stages: _Stages) -> str:
    if word == "FROM":
        return _from(rest, stages)
    if word == "RUN":
        if rest.startswith("--"):
            raise Denied("RUN con opciones no se permite al corregir")
        return rest
    if word in ("COPY", "ADD"):
        return _copy(word, rest, stages)
    if word == "ONBUILD":
        inner, more = _split(rest, 0)
        if inner in ("FROM", "ONBUILD", "MAINTAINER"):
            raise Refusal(f"{inner} isn't allowed as an ONBUILD trigger")
        if inner == "COPY" and "--from" in more:
            raise Denied("ONBUILD con otra imagen no se permite al corregir")
        return f"{inner} {_rest(inner, more, stages)}"
    if word == "ARG" and not stages.names:
        name, equals, value = rest.partition("=")
        if equals:
            stages.values.setdefault(name.strip(), value.strip().strip("\"'"))
    return rest


def _from(rest: str, stages: _Stages) -> str:
    words = rest.split()
    flags = [word for word in words if word.startswith("--")]
    words = words[len(flags) :]
    if any(not re.fullmatch(r"--platform=[\w/.$-]+", flag) for flag in flags) or len(flags) > 1:
        raise Denied("FROM con esas opciones no se permite al corregir")
    if len(words) not in (1, 3) or (len(words) == 3 and words[1].upper() != "AS"):
        raise Refusal("FROM requires either one or three arguments")
    name = _expand(words[0].strip("\"'"), stages.values)
    stage = words[2].lower() if len(words) == 3 else ""
    if stage and not _STAGE.fullmatch(stage):
        raise Refusal(f'invalid name for build stage: "{stage}", name can\'t start with a number or symbol')
    target = name if name == "scratch" or name.lower() in stages.names else stages.resolve(name)
    stages.names.append(stage)
    return f"{target} AS {stage}" if stage else target


def _expand(text: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        return values.get(match[1] or match[2], "") or match[3] or ""

    done = _VARIABLE.sub(value, text)
    if "$" in done or "\\" in done:
        raise Denied("FROM con esa variable no se permite al corregir")
    if not done:
        raise Refusal(f"base name ({text}) should not be blank")
    return done


def _copy(word: str, rest: str, stages: _Stages) -> str:
    flags: list[str] = []
    while rest.startswith("--"):
        flag, _, rest = rest.partition(" ")
        rest = rest.strip()
        source = flag.removeprefix("--from=")
        if word == "COPY" and source != flag:
            flags.append(f"--from={_source(source, stages)}")
        elif _FLAG.fullmatch(flag):
            flags.append(flag)
        else:
            raise Denied(f"{word} con «{flag[:60]}» no se permite al corregir")
    if "<<" in rest:
        raise Denied(f"{word} con un texto incrustado no se permite al corregir")
    if word == "ADD":
        _only_local(rest)
    return " ".join([*flags, rest])


def _source(name: str, stages: _Stages) -> str:
    if name.isdigit() and name.isascii():
        if int(name) >= len(stages.names) - 1:
            raise Refusal(f"invalid from flag value {name}: refers to current build stage")
        return name
    if name.lower() in stages.names[:-1] and name:
        return name.lower()
    if "$" in name or "\\" in name or '"' in name:
        raise Denied("COPY --from con una variable no se permite al corregir")
    return stages.resolve(name)


def _only_local(rest: str) -> None:
    """Que ADD solo copie archivos del contexto: de una dirección, el motor se la bajaría.

    El motor quita comillas y pone variables antes de mirar si es una dirección: solo letras corrientes.
    """
    words = rest.split()
    if rest.startswith("["):
        try:
            words = [str(word) for word in json.loads(rest)]
        except ValueError as error:
            raise Refusal("ADD: the list is not JSON") from error
    for word in words[:-1]:
        if not _LOCAL.fullmatch(word) or word.lower().startswith("git@") or "//" in word:
            raise Denied(f"ADD de «{word[:60]}» no se permite al corregir: solo de archivos del contexto")


def changes(values: list[str]) -> list[str]:
    """Los cambios de un `commit` o de un `import`, uno por instrucción y en una línea cada una.

    Raises:
        Refusal, Denied: si no se entienden o no se permiten.
    """
    done = []
    for word, rest in (pair for value in values for pair in instructions(value)):
        if word not in ON_COMMIT:
            raise Denied(f"cambiar {word} en una imagen no se permite al corregir")
        done.append(f"{word} {rest}")
    return done
