"""Construir una imagen con el constructor clásico, paso a paso, en cualquier motor."""

from __future__ import annotations

import html
import io
import re
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass

import docker
from docker.errors import APIError
from docker.utils.build import PatternMatcher

from muelle.builder.run import run
from muelle.builder.steps import LOST_STEPS, Step, StepReader, made, misses_a_step
from muelle.errors import MuelleError
from muelle.faults import is_full_disk, plain_errors, said
from muelle.faults.table import FULL_DISK
from muelle.owned.marks import LABELS


class BuildFailed(MuelleError):
    """La construcción se detuvo.

    Attributes:
        steps: los pasos hasta el que falló, que es el último.
    """

    def __init__(self, message: str, steps: tuple[Step, ...] = ()) -> None:
        super().__init__(message)
        self.steps = steps


@dataclass(frozen=True)
class Build:
    """Una construcción terminada.

    Args:
        image_id: de la imagen construida.
        tag: su nombre.
        steps: un paso por instrucción, con su huella en la caché.
        context: las rutas que viajaron al demonio, y `context_bytes`, su tamaño.
        log: el texto entero que escribió el motor.
    """

    image_id: str
    tag: str
    steps: tuple[Step, ...]
    context: tuple[str, ...]
    context_bytes: int
    log: str

    def __str__(self) -> str:
        lines = [f"{step.number}. {step.instruction}  [{step.outcome}]" for step in self.steps]
        return "\n".join(
            [f"{self.tag}: {len(self.steps)} {'paso' if len(self.steps) == 1 else 'pasos'}", *lines]
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{step.number}</td><td><code>{html.escape(step.instruction)}</code></td>"
            f"<td>{html.escape(step.outcome)}</td></tr>"
            for step in self.steps
        )
        return (
            f"<table><caption>Construcción de <code>{html.escape(self.tag)}</code></caption>"
            '<thead><tr><th scope="col">Paso</th><th scope="col">Instrucción</th>'
            f'<th scope="col">Resultado</th></tr></thead><tbody>{rows}</tbody></table>'
        )


def _ignored(files: Mapping[str, bytes | str | None]) -> PatternMatcher:
    """Las reglas de `.dockerignore`: las aplica el cliente, antes de enviar nada."""
    content = files.get(".dockerignore") or ""
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    rules = [line.strip() for line in text.splitlines()]
    return PatternMatcher([rule for rule in rules if rule and not rule.startswith("#")])


def context_tar(dockerfile: str, files: Mapping[str, bytes | str | None]) -> tuple[bytes, tuple[str, ...]]:
    """El contexto de construcción: el Dockerfile y los archivos, sin los que tapa `.dockerignore`.

    Args:
        files: ruta relativa -> contenido; None es una carpeta vacía. Un texto que empieza por `#!`
            queda ejecutable.

    Returns:
        El tar, y las rutas que lleva.
    """
    ignored = _ignored(files)
    wanted: dict[str, bytes | None] = {"Dockerfile": dockerfile.encode()}
    for path, content in files.items():
        if path != "Dockerfile" and not ignored.matches(path):
            wanted[path] = content.encode() if isinstance(content, str) else content
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for path, data in wanted.items():
            info = tarfile.TarInfo(path)
            if data is None:
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                tar.addfile(info)
            else:
                info.size = len(data)
                info.mode = 0o755 if data.startswith(b"#!") else 0o644
                tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue(), tuple(wanted)


def build(
    client: docker.DockerClient,
    dockerfile: str,
    files: Mapping[str, bytes | str | None] | None = None,
    tag: str = "muelle-prueba",
    *,
    labels: Mapping[str, str] = LABELS,
    platform: str = "",
) -> Build:
    """Construye una imagen con `POST /build` (el constructor clásico, que está en todos los motores).

    El motor añade las etiquetas al final, como un paso `LABEL` más.

    Args:
        dockerfile: el texto del Dockerfile.
        files: el resto del contexto: ruta relativa -> contenido (None: una carpeta).
        tag: nombre de la imagen; si lo tenía otra del curso, pasa a esta.
        labels: etiquetas de la imagen.
        platform: para qué plataforma (`linux/arm64`); "" es la del motor.

    Raises:
        BuildFailed: si el Dockerfile no se entiende o un paso falla. No deja imágenes a medias.
        Endless: si no acaba en su plazo, o escribe sin parar.
        EngineUnavailable: si el motor deja de responder.
    """
    context, sent = context_tar(dockerfile, files or {})
    with plain_errors():
        for _ in range(LOST_STEPS):
            reader = StepReader()
            try:
                run(client, context, reader.read, tag=tag, labels=labels, platform=platform)
            except APIError as error:
                raise BuildFailed(_refusal(said(error))) from error
            steps = reader.finish()
            if reader.error is None:
                break
            _drop_half_built(client, steps)
            if not misses_a_step(reader.error):
                break
        if reader.error is not None:
            raise BuildFailed(_failure(steps, reader.error), steps)
        image_id = client.api.inspect_image(tag)["Id"]
    return Build(image_id, tag, steps, sent, len(context), reader.log)


_UNPACKED = re.compile(r'"?/\S*/libpod_builder\d+/build/?"?')
"""Podman cita la carpeta de su máquina en la que desempaquetó el contexto."""


def _short(text: str, limit: int = 200) -> str:
    """Un mensaje del motor en una línea que se pueda leer: Podman cita sus estructuras internas."""
    line = _UNPACKED.sub("el contexto", " ".join(text.split())).rstrip(".")
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _failure(steps: tuple[Step, ...], error: str) -> str:
    if is_full_disk(error):
        return FULL_DISK
    if not steps:
        return f"La construcción no empezó: {_short(error)}."
    last = steps[-1]
    if last.starts_stage:
        words = last.instruction.split()[1:]
        name = next((word for word in words if not word.startswith("--")), "")
        which = f"«{name}»" if words[0] == name else f"«{name}» para esa plataforma"
        return f"No hay ninguna imagen {which} en el motor, ni se pudo traer de un registro."
    wrote = f" Lo último que escribió: «{_short(last.output[-1])}»." if last.output else ""
    return f"Falló el paso {last.number} (`{last.instruction}`): {_short(error)}.{wrote}"


def _drop_half_built(client: docker.DockerClient, steps: tuple[Step, ...]) -> None:
    """Quita las imágenes intermedias que dejó una construcción fallida: sin nombre ni etiqueta.

    Solo las que hizo esta construcción (no las de la caché ni las de FROM), y solo si nadie las usa:
    el motor se niega a quitar una que sea base de otra o que tenga contenedor.
    """
    for image_id in reversed(made(steps)):
        try:
            client.api.remove_image(image_id, noprune=True)
        except APIError:
            return


def _refusal(words: str) -> str:
    """La frase de una construcción que el motor no llegó a empezar."""
    return FULL_DISK if is_full_disk(words) else f"El motor no entendió el Dockerfile: {words}."
