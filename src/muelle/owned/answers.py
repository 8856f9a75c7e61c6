"""Los fallos del motor, en una frase."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import docker
from docker.errors import DockerException, NotFound

from muelle.errors import EngineUnavailable, MuelleError


def reason(error: Exception) -> str:
    """Lo que dijo el motor, sin la dirección HTTP que le añade el SDK."""
    explanation = getattr(error, "explanation", None)
    return str(explanation or error).strip()


@contextmanager
def plain_errors(doing: str) -> Iterator[None]:
    """Convierte los errores del SDK en los del curso.

    Args:
        doing: qué se hacía, para empezar la frase (`limpiar`, `construir la imagen`).

    Raises:
        EngineUnavailable: si el motor dejó de responder.
        MuelleError: si el motor respondió que no.
    """
    try:
        yield
    except DockerException as error:
        raise MuelleError(f"El motor no pudo {doing}: {reason(error)}") from error
    except OSError as error:  # requests.RequestException también lo es
        raise EngineUnavailable(
            f"El motor dejó de responder al {doing}: ejecuta «./curso diagnostico» y vuelve a probar."
        ) from error


def listed_images(
    client: docker.DockerClient, filters: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """La lista de imágenes; otra vez si alguien borró una mientras tanto.

    Con el almacén de containerd (Docker 28), esa imagen hace fallar la lista entera con un 404.
    """
    try:
        return list(client.api.images(filters=filters))
    except NotFound:
        return list(client.api.images(filters=filters))
