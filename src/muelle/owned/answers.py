"""Los fallos del motor, en una frase."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from docker.errors import DockerException

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
