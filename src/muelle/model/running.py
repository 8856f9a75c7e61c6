"""La orden de un RUN, y cómo se distingue de lo que escriben otras herramientas en el historial."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from itertools import count

from . import quoting

DEFAULT_SHELLS = ("/bin/sh -c", "cmd /S /C")
"""Los intérpretes que hay si ninguna instrucción SHELL dice otro: en Linux y en Windows."""

_COUNTED = re.compile(r"\A\|(\d{1,6}) ")
_ARGUMENT = re.compile(r"(?:\A| )([^\s=]+)=")
_PREFERENCES = re.compile(
    r"\A(?:powershell|pwsh)\S*(?: -\S+)*? -Command (?:\$\w+Preference = '\w+'; ?)+", re.IGNORECASE
)
_SHELL_PROGRAM = re.compile(
    r"(?:\A|[/\\])(?:ba|da|a|z|k|c|tc|fi)?sh\Z|(?:\A|[/\\])(?:cmd|powershell|pwsh)(?:\.exe)?\Z", re.I
)
_PATH = re.compile(r"\A(?:\.{0,2}/|[A-Za-z]:\\)\S")
_HERE = re.compile(r"<<-?[\"']?[A-Za-z_]")
_HERE_AT_START = re.compile(r"\A(?:--\S+\s+)*<<-?([\"']?)([A-Za-z_]\w*)\1")
_PIPES = re.compile(r"\A/dev/pipes/(\S+)\Z")
_TOOLS = re.compile(
    r"\A(?:bazel |jib\b|ko (?:build|publish)\b|apko\b|umoci\b|buildah\b|crane\b|kaniko\b|skopeo\b"
    r"|rules_(?:docker|oci)\b|Apply image|Install update|Layer: '|Buildpacks |Application Layer|Slice: "
    r"|Software Bill|Process Types|\.NET SDK|nix|FROM )",
    re.IGNORECASE,
)
"""Cómo empiezan las filas de quien hace imágenes sin Dockerfile: su texto es suyo, no una orden.

Fuentes: rules_docker («bazel build ...»), rules_oci (descriptor.sh), Jib (BuildImageStep), ko (gobuild.go),
apko (oci/image.go), umoci (repack.go), buildpacks/lifecycle (layers/factory.go) y las capas de Windows
(«Apply image 10.0…», «Install update …»).
"""


def is_classic(created_by: str, shell: str) -> bool:
    """Si una fila lleva una marca que solo pone el constructor clásico (o Podman).

    Args:
        shell: el intérprete en vigor, con el que empiezan todas las suyas.
    """
    return (
        created_by.startswith((shell, *DEFAULT_SHELLS))
        or _COUNTED.match(created_by) is not None
        or "#(nop)" in created_by[:200]
    )


def recent(created: str) -> bool:
    """Si una fecha ISO es de verdad: Bazel, Jib, ko o Nix ponen siempre la misma, de 1970 o de 1980."""
    return created >= "1990"


def is_command(text: str, comment: str, shell: str, *, classic: bool, command: Sequence[str]) -> bool:
    """Si una fila sin palabra clave es la orden de un RUN.

    Args:
        text: el texto del motor.
        comment: el comentario del motor: el constructor clásico no pone ninguno.
        shell: el intérprete en vigor.
        classic: si la fila de al lado es del clásico y esta tiene una fecha de verdad.
        command: lo que ejecuta la imagen; si es esto, la fila es de `docker commit`.

    El clásico escribe la lista de `RUN ["a", "b"]` a secas, con espacios. Quien hace imágenes de otra manera
    escribe lo que quiere, así que a secas solo vale una ruta o la fila vecina de una del clásico.
    """
    if _COUNTED.match(text) or any(_starts(text, each) for each in (shell, *DEFAULT_SHELLS)):
        return True
    if _TOOLS.match(text) or comment.strip() or "\n" in text:
        return False
    if _PREFERENCES.match(text):
        return True
    program, _, rest = text.partition(" ")
    if not rest and _SHELL_PROGRAM.search(program):
        return False  # `bash`: lo que se ejecutaba en el contenedor de un `docker commit`
    if command and text == " ".join(command):
        return False
    return _PATH.match(program) is not None or classic


def restored(text: str, shell: str, values: Mapping[str, str], *, exact: bool) -> str:
    """La orden como se escribe en un Dockerfile.

    Args:
        text: lo que guardó el motor: los ARG (`|2 A=1 B=2`), el intérprete y la orden.
        shell: el intérprete en vigor, con espacios entre sus palabras.
        values: los ARG y ENV que se conocen.
        exact: si quien la escribió pone siempre el intérprete a la forma shell: sin él, era una lista.
    """
    shells = (shell, *DEFAULT_SHELLS)
    counted = _COUNTED.match(text)
    if counted:
        text = _without_values(text[counted.end() :], int(counted[1]), shells, values)
    for each in shells:
        if _starts(text, each):
            return _order(text[len(each) + 1 :])
    preferences = _PREFERENCES.match(text)
    if preferences:
        return text[preferences.end() :].strip()
    words = text.split()
    if not exact or not words or _SHELL_PROGRAM.search(words[0]):
        return text.strip()
    return quoting.listed(words)


def _starts(text: str, shell: str) -> bool:
    return text == shell or text.startswith(f"{shell} ")


def _without_values(text: str, number: int, shells: Sequence[str], values: Mapping[str, str]) -> str:
    """Quita los `NOMBRE=valor` de delante de la orden; un valor puede llevar espacios, y hasta un intérprete.

    Args:
        number: cuántos dice la fila que hay.
    """
    at, taken = 0, 0
    while taken < number and (name := _ARGUMENT.match(text, at)):
        value = values.get(name[1], "")  # BuildKit escribe `SIN=` de un ARG al que nadie da valor
        if not text.startswith(f"{value} ", name.end()):
            return _after_unknown(text, at, number - taken, shells)
        at, taken = name.end() + len(value), taken + 1
    return text[at:].lstrip(" ")


def _after_unknown(text: str, start: int, number: int, shells: Sequence[str]) -> str:
    """Lo mismo si no se sabe cuánto valen: la orden empieza en el intérprete que siga a todos los nombres."""
    names = [name.end() for name in _ARGUMENT.finditer(text, start)]
    places = sorted(
        {place.start() for each in shells for place in re.finditer(rf" {re.escape(each)} ", text)}
    )
    before = [(place, bisect_left(names, place)) for place in places if names and place >= names[0]]
    for wanted in (number, number // 2):  # Podman cuenta cada uno dos veces
        for place, count_before in before:
            if count_before == wanted:
                return text[place + 1 :]
    if before:
        return text[before[0][0] + 1 :]
    return text[names[:number][-1] :].partition(" ")[2] if names else text[start:].lstrip(" ")


def _order(text: str) -> str:
    """La orden de la forma shell: si ocupaba varias líneas, el documento insertado en que iba."""
    flags, listed = _flags(text)
    items = quoting.strings(listed.strip()) if listed.startswith("[") else None
    if items:  # Podman pone el intérprete también delante de una lista
        return flags + quoting.listed(items)
    pipe = _PIPES.match(text.strip())
    if pipe:  # el guion empezaba por `#!`: el motor lo deja en un archivo y no lo guarda
        return f"<<{pipe[1]}\n…\n{pipe[1]}"
    if "\n" not in text:
        return text.strip()
    first, _, rest = text.partition("\n")
    opened = _HERE_AT_START.match(first)
    if opened:
        closed = rest.rstrip("\n").rpartition("\n")[2].strip() == opened[2]
        return text.strip() if closed or _HERE.search(first, opened.end()) else f"{text.strip()}\n{opened[2]}"
    if _HERE.search(first) and not text.endswith("\n"):
        return text.strip()
    body = text.strip("\n")
    return f"<<{_ending(body)}\n{body}\n{_ending(body)}"


def _flags(text: str) -> tuple[str, str]:
    """Las opciones de delante (`--mount=…`), que Podman guarda, y lo demás."""
    found = re.match(r"(?:--\S+ +)*", text)
    end = found.end() if found else 0
    return text[:end], text[end:]


def _ending(body: str) -> str:
    """Con qué palabra acaba el documento insertado: una que no esté ya en él."""
    lines = set(body.split("\n"))
    return next(word for number in count() if (word := f"EOF{number or ''}") not in lines)
