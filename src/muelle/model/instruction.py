"""De `CreatedBy` a la instrucción tal como se escribe en un Dockerfile.

Cada constructor escribe el historial a su manera: el clásico `/bin/sh -c #(nop)  CMD ["x"]`,
BuildKit `RUN /bin/sh -c … # buildkit`, Podman `/bin/sh -c #(nop) CMD ["x"]`.
Aquí se deshace; lo que el motor no guardó (el nombre del archivo de un COPY clásico) se escribe `…`.

Una fila se lee sabiendo lo que dicen las de debajo: qué intérprete está en vigor (SHELL) y cuánto valen los
ARG que el constructor antepone a la orden de un RUN.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from . import quoting, running
from .arguments import ARGUMENTS, command, shell_words, variables, volumes

METADATA = frozenset(
    {"ARG", "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "MAINTAINER"}
    | {"ONBUILD", "SHELL", "STOPSIGNAL", "USER", "VOLUME"}
)
"""Instrucciones que nunca crean una capa: solo cambian la configuración de la imagen."""

KEYWORDS = METADATA | {"ADD", "COPY", "FROM", "RUN", "WORKDIR"}
"""Todas las instrucciones de un Dockerfile."""

_NOP = "#(nop)"
_BUILDKIT = "# buildkit"
_LONGEST_SHELL = 200
_LIKE_A_SHELL = re.compile(r"\S+(?: (?:[-/]\S+|pipefail))+")
_ORIGINAL = re.compile(r"=[\"']|\\ |\$")
"""Un valor que aún lleva sus comillas o sus variables: la fila es la línea del Dockerfile tal cual."""


class Told(Protocol):
    """Lo que cuenta una fuente de una fila del historial (`muelle.model.Row` lo es).

    Attributes:
        created_by: el texto del motor.
        comment: el comentario del motor.
        created: fecha ISO 8601, o None.
    """

    @property
    def created_by(self) -> str: ...
    @property
    def comment(self) -> str: ...
    @property
    def created(self) -> str | None: ...


@dataclass
class _Below:
    """Lo que se sabe por las filas ya leídas, las de debajo."""

    shell: str = running.DEFAULT_SHELLS[0]
    values: dict[str, str] = field(default_factory=dict)
    classic: bool = False  # si la última es del constructor clásico (o de Podman)
    plausible: bool = False  # si la que se lee, a secas, también puede serlo


@dataclass(frozen=True)
class _Split:
    """Una fila partida: la palabra clave (`?` si no es de un Dockerfile) y lo demás.

    Args:
        builder: quién la escribió: `clásico`, `buildkit`, `original` (la línea tal cual, como Podman) o "".
    """

    keyword: str
    rest: str
    builder: str = ""


@dataclass(frozen=True)
class Known:
    """Lo que la configuración de la imagen dice de sí misma, para leer mejor su historial.

    Args:
        env: los nombres de sus variables de entorno.
        labels: los de sus etiquetas de metadatos.
        command: lo que ejecuta (`Config.Cmd`): lo mismo en una fila es la huella de un `docker commit`.
        shell: su intérprete (`Config.Shell`), el de la última instrucción SHELL.
        volumes: las rutas de sus volúmenes.
    """

    env: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    command: tuple[str, ...] = ()
    shell: tuple[str, ...] = ()
    volumes: frozenset[str] = frozenset()


NOTHING = Known()


def read_history(rows: Sequence[Told], known: Known = NOTHING) -> list[tuple[str, str]]:
    """Lee un historial entero.

    Args:
        rows: de la fila más antigua a la más nueva.
        known: lo que dice de sí misma la imagen, si se conoce.

    Returns:
        Por cada fila, la palabra clave en mayúsculas (`?` si no es una instrucción de un Dockerfile) y el
        texto de la instrucción.
    """
    below, found = _Below(), []
    above = [*(row.created_by for row in rows), ""][1:]
    for row, following in zip(rows, above, strict=True):
        near = below.classic or running.is_classic(following, below.shell)
        below.plausible = near and running.recent(row.created or "")
        found.append(_read(row.created_by, row.comment, below, known))
    return found


def parse(created_by: str, comment: str = "") -> tuple[str, str]:
    """Lee una fila suelta, sin saber nada de las demás; véase `read_history`.

    Args:
        created_by: el texto del motor.
        comment: el comentario del motor.
    """
    return _read(created_by, comment, _Below(), NOTHING)


def keywords(created_by: Iterable[str]) -> list[str]:
    """Las palabras clave de un historial entero, de la fila más antigua a la más nueva."""
    below, found = _Below(), []
    for text in created_by:
        split = _split(text, "", below, NOTHING)
        if split.keyword == "SHELL":
            below.shell = " ".join(shell_words(split.rest)) or below.shell
        found.append(split.keyword)
    return found


def is_metadata(created_by: str) -> bool:
    """Si la fila es de una instrucción que nunca crea una capa."""
    return keywords([created_by])[0] in METADATA


def _read(created_by: str, comment: str, below: _Below, known: Known) -> tuple[str, str]:
    split = _split(created_by, comment, below, known)
    keyword = split.keyword
    below.classic = split.builder in ("clásico", "original")
    if keyword == "?":
        return "?", split.rest or comment.strip()
    text = _arguments(split, below, known)
    if keyword == "SHELL":
        below.shell = " ".join(shell_words(split.rest)) or below.shell
    elif keyword in ("ARG", "ENV") and split.builder != "original":
        below.values.update(
            quoting.pairs(split.rest, quoting.ENV_NAME, known.env if keyword == "ENV" else ())
        )
    return keyword, f"{keyword} {text}".rstrip()


def _arguments(split: _Split, below: _Below, known: Known) -> str:
    """Los argumentos de la instrucción como van en un Dockerfile."""
    keyword, rest = split.keyword, split.rest
    if keyword == "RUN":
        return running.restored(
            rest, below.shell, below.values, exact=split.builder in ("clásico", "buildkit")
        )
    if keyword in ("CMD", "ENTRYPOINT"):
        return command(rest, below.shell)
    if keyword == "SHELL":
        exact = rest == f"[{' '.join(known.shell)}]"
        return quoting.listed(known.shell if exact else shell_words(rest)) if rest.startswith("[") else rest
    if keyword == "VOLUME":
        return volumes(rest, known.volumes)
    if keyword in ("ENV", "LABEL", "ARG") and not _is_original(split):
        names = {"ENV": known.env, "LABEL": known.labels}.get(keyword, frozenset())
        return variables(rest, keyword, names)
    return ARGUMENTS.get(keyword, str.strip)(rest)


def _is_original(split: _Split) -> bool:
    """Si los argumentos están como en el Dockerfile; de quien no dice quién es, si lo parece."""
    return split.builder == "original" or (not split.builder and bool(_ORIGINAL.search(split.rest)))


def _split(created_by: str, comment: str, below: _Below, known: Known) -> _Split:
    """Separa la palabra clave del resto, sin lo que añade cada constructor."""
    text = created_by.strip()
    word, _, rest = text.partition(" ")
    if word in KEYWORDS:
        return _by_keyword(word, rest, comment)
    instruction = _without_nop(text, below.shell)
    if instruction is not None:
        return instruction
    if not text or text.startswith("#"):
        return _Split("?", text.lstrip("# "))
    if running.is_command(text, comment, below.shell, classic=below.plausible, command=known.command):
        return _Split("RUN", _without_from(text), "clásico")
    return _Split("?", text)


def _by_keyword(word: str, rest: str, comment: str) -> _Split:
    """Una fila que ya empieza por su instrucción, como las de BuildKit y Kaniko."""
    builder = "buildkit" if comment.startswith("buildkit") else ""
    if word in ("RUN", "COPY", "ADD") and rest.endswith(_BUILDKIT):
        return _Split(word, rest.removesuffix(_BUILDKIT).removesuffix(" ").lstrip(), "buildkit")
    return _Split(word, rest.strip(), builder)


def _without_nop(text: str, shell: str) -> _Split | None:
    """Una fila `/bin/sh -c #(nop) …` del constructor clásico o de Podman; None si no lo es.

    Delante va el intérprete en vigor: `#(nop)` en la orden de alguien es parte de su orden.
    Los argumentos del clásico ya están interpretados; los de Podman son la línea tal cual (y les pone un
    espacio en lugar de dos).
    """
    before, found, after = text.partition(_NOP)
    if not found or len(before) > max(_LONGEST_SHELL, len(shell) + 1):
        return None
    prefix = before.rstrip()
    named = (
        after.strip().partition("[")[2].removesuffix("]") if after.lstrip().startswith("SHELL [") else None
    )
    if prefix not in (shell, named, *running.DEFAULT_SHELLS) and not _LIKE_A_SHELL.fullmatch(prefix):
        return None
    builder = "clásico" if after.startswith("  ") else "original"
    word, _, rest = _without_from(after.strip()).partition(" ")
    if word.upper() in KEYWORDS:
        return _Split(word.upper(), rest.strip(), builder)
    return _Split("?", after.strip())


def _without_from(text: str) -> str:
    """Sin el `|FROM imagen` que Podman ponía detrás de la primera fila de una construcción."""
    before, bar, after = text.rpartition("|FROM ")
    return before.rstrip() if bar and before and len(after.split()) == 1 else text
