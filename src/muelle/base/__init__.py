"""La imagen base del curso, `muelle/base`: hecha aquí, con BusyBox, y sin registro ni red.

    >>> from muelle import base
    >>> base.ensure(client)                      # la carga si falta
    >>> client.containers.run(base.NAME, "saludo", remove=True)

Lleva la LABEL `muelle.base=1` y no `muelle=1`: un contenedor hereda las etiquetas de su imagen,
y lo que tú crees con `muelle/base` es tuyo, no del curso.
"""

from __future__ import annotations

from typing import Any

import docker
from docker.errors import ImageNotFound

from muelle.errors import MuelleError, NameTaken
from muelle.faults import is_full_disk, plain_errors
from muelle.faults.table import FULL_DISK

from .binary import read_with
from .pack import LABEL, NAME, TAG, archive, diff_ids

__all__ = ["LABEL", "NAME", "TAG", "archive", "diff_ids", "ensure", "read_with"]


def _inspect(client: docker.DockerClient) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = client.api.inspect_image(TAG)
    except ImageNotFound:
        return None
    return found


def _is_current(image: dict[str, Any]) -> bool:
    """Si la imagen es exactamente la que cargaría `ensure`."""
    layers = tuple((image.get("RootFS") or {}).get("Layers") or ())
    try:
        return layers == diff_ids(image.get("Architecture", ""))
    except MuelleError:
        return False  # de otra arquitectura: no es la nuestra


def _is_ours(image: dict[str, Any]) -> bool:
    return ((image.get("Config") or {}).get("Labels") or {}).get(LABEL) == "1"


def _load(client: docker.DockerClient) -> None:
    data = archive(client.version().get("Arch", ""))
    for message in client.api.load_image(data, quiet=False):
        if "error" in message:
            words = str(message["error"])
            raise MuelleError(
                FULL_DISK if is_full_disk(words) else f"El motor no pudo guardar la imagen base: «{words}»."
            )


def ensure(client: docker.DockerClient) -> None:
    """Deja `muelle/base:latest` en el motor. Si ya está, es una sola petición.

    Args:
        client: el motor, de cualquiera de las tres arquitecturas de `archive`.

    Raises:
        NameTaken: si ese nombre es de una imagen que no es del curso (no se toca).
        EngineUnavailable: si el motor deja de responder.
        MuelleError: si el motor no es de una arquitectura conocida o no puede cargar la imagen.
    """
    with plain_errors():
        image = _inspect(client)
        if image is not None and _is_current(image):
            return
        if image is not None and not _is_ours(image):
            raise NameTaken(
                f"En tu motor ya hay una imagen «{NAME}» que no es del curso: "
                f"ponle otro nombre con «docker tag {NAME} otro» y quítale este con «docker rmi {NAME}»."
            )
        _load(client)
        image = _inspect(client)
    if image is None or not _is_current(image):
        raise MuelleError(f"El motor cargó «{NAME}» pero con otras capas: ejecuta «./curso diagnostico».")
