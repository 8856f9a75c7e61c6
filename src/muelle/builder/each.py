"""El mismo Dockerfile con cada constructor que tiene el motor.

`POST /build` lleva un parámetro, `version`: 1 es el constructor clásico y 2, BuildKit. Podman no le hace
caso: tiene uno solo, Buildah. La orden `docker` de hoy llega a BuildKit por otro camino (`/session` y
`/grpc`), pero el constructor es el mismo.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import docker
from docker.errors import APIError

from muelle.builder.built import context_tar
from muelle.builder.run import Endless, run
from muelle.faults import plain_errors, said
from muelle.owned.marks import LABELS

CLASSIC, BUILDKIT, BUILDAH = "clásico", "BuildKit", "Buildah"

_TRACE = "moby.buildkit.trace"
"""Los mensajes con los que BuildKit cuenta su trabajo: quien no los manda no es BuildKit."""
_NO_CONTEXT = "failed to read downloaded context"
"""Hay motores con BuildKit a los que no les llega un contexto enviado en el cuerpo de la petición."""


@dataclass(frozen=True)
class Attempt:
    """Lo que hizo un constructor con un Dockerfile.

    Args:
        builder: `CLASSIC`, `BUILDKIT` o `BUILDAH`.
        tag: la imagen que hizo, o "" si se detuvo.
        layers: los DiffID de la imagen, de abajo arriba.
        error: lo que dijo al detenerse, o "".
    """

    builder: str
    tag: str = ""
    layers: tuple[str, ...] = ()
    error: str = ""

    @property
    def built(self) -> bool:
        """Si hizo la imagen."""
        return bool(self.tag)

    def __str__(self) -> str:
        done = "1 capa" if len(self.layers) == 1 else f"{len(self.layers)} capas"
        return f"{self.builder}: {done if self.built else f'se detuvo ({self.error})'}"

    __repr__ = __str__


class Attempts(dict[str, Attempt]):
    """Un intento por constructor, por su nombre; se muestra como tabla."""

    def __str__(self) -> str:
        return "\n".join(map(str, self.values()))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th scope='row'>{html.escape(each.builder)}</th>"
            f"<td>{html.escape(str(each).partition(': ')[2])}</td></tr>"
            for each in self.values()
        )
        head = '<th scope="col">Constructor</th><th scope="col">Resultado</th>'
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


_INNER = re.compile(
    r"/\S*/(buildkit-mount|docker-builder|libpod_builder)\w*(/build)?/?|(?<=of )ref \S+?::\S+?: "
)
"""Carpetas de su máquina y referencias internas que los constructores citan en sus errores."""


def _short(error: str) -> str:
    """Un error en una línea que se pueda leer y sin rutas de la máquina."""
    return _INNER.sub("", " ".join(error.split()))


def _attempt(
    client: docker.DockerClient, version: str, tag: str, context: bytes
) -> tuple[Attempt, bool, bool]:
    """Un intento; además, si lo hizo BuildKit y si no le llegó el contexto."""
    error, trace = "", False

    def read(message: dict[str, Any]) -> None:
        nonlocal error, trace
        error = str(message.get("error") or error)
        trace = trace or message.get("id") == _TRACE

    try:
        run(client, context, read, tag=tag, labels=LABELS, version=version)
    except APIError as refusal:
        error = said(refusal)
    except Endless as endless:
        error = str(endless)
    name = BUILDKIT if trace else CLASSIC
    if error:
        return Attempt(name, error=_short(error)), trace, _NO_CONTEXT in error
    layers = tuple(client.api.inspect_image(tag)["RootFS"].get("Layers") or ())
    return Attempt(name, tag, layers), trace, False


def each_builder(
    client: docker.DockerClient,
    dockerfile: str,
    files: Mapping[str, bytes | str | None] | None = None,
    *,
    tag: str,
) -> Attempts:
    """Construye lo mismo con cada constructor del motor, con la LABEL del curso.

    Args:
        files: el resto del contexto: ruta relativa -> contenido.
        tag: la imagen del clásico (o la de Buildah); la de BuildKit se llama igual y acaba en `-buildkit`.

    Returns:
        Un intento por constructor. Si el motor solo tiene uno, uno.

    Raises:
        EngineUnavailable: si el motor deja de responder.
    """
    context, _ = context_tar(dockerfile, files or {})
    with plain_errors():
        first, _, _ = _attempt(client, "1", tag, context)
        if "Podman" in str(client.version().get("Components")):
            return Attempts({BUILDAH: Attempt(BUILDAH, first.tag, first.layers, first.error)})
        second, trace, lost = _attempt(client, "2", f"{tag}-buildkit", context)
    found = Attempts({CLASSIC: first})
    if trace and not lost:
        found[BUILDKIT] = second
    return found
