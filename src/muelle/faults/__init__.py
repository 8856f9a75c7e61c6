"""De un error de `docker`, `requests` o `urllib3` a una frase en español, la misma en todo el curso."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

import docker.errors
import requests.exceptions
import urllib3.exceptions

from muelle.errors import EngineUnavailable, MuelleError, NotFound
from muelle.faults.table import ANSWERS, FULL_DISK, HOW_TO_JOIN, HOW_TO_JOIN_PODMAN, Broken, on_the_way

IN_USE = 409
"""El estado HTTP con el que un motor se niega a quitar lo que usa otra cosa."""

_DEPTH = 12


def explain(exc: BaseException, where: str | None = None, asked: str | None = None) -> MuelleError | None:
    """La frase que explica un error del motor, o None si el error no es suyo.

    Args:
        exc: lo que se lanzó; se miran también sus causas.
        where: la dirección del motor, para nombrarla.
        asked: lo que se le pidió, para nombrarlo si no existe: «la imagen hola».

    Returns:
        Un error de `muelle.errors`, sin lanzar; None si no se reconoce.
    """
    if isinstance(exc, MuelleError):
        return exc
    if not isinstance(exc, _OF_THE_ENGINE) and not _is_nameless_api_error(exc):
        return _full_disk(exc)
    at = f" en {where}" if where else ""
    return (
        _full_disk(exc)
        or _api_error(exc, asked)
        or _docker_error(exc)
        or _transport_error(exc, at)
        or _other(exc, at)
    )


_OF_THE_ENGINE = (
    docker.errors.DockerException,
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    HTTPException,
    ConnectionError,
)
"""Lo que lanza hablar con un motor, y no leer un archivo."""


@contextmanager
def plain_errors(asked: str | None = None, where: str | None = None) -> Iterator[None]:
    """Convierte los errores del motor en los del curso; los demás pasan como son.

    Args:
        asked: lo que se pide dentro, para nombrarlo si no existe: «la imagen hola».
        where: la dirección del motor, para nombrarla.

    Raises:
        MuelleError: el que da `explain`.
    """
    try:
        yield
    except MuelleError:
        raise
    except Exception as exc:
        fault = explain(exc, where, asked)
        if fault is None:
            raise
        raise fault from exc


def unreachable(exc: OSError, where: str) -> MuelleError:
    """Por qué no se pudo abrir una conexión desnuda con un motor.

    Args:
        exc: lo que lanzó abrirla.
        where: la dirección del motor.
    """
    return _transport_error(exc, f" en {where}") or _other(exc, f" en {where}")


def is_absence(exc: BaseException) -> bool:
    """Si el error dice que el motor no está o no responde, y no que haya rechazado algo.

    Solo cuenta lo que lanzan el curso y el SDK: una conexión cualquiera que falla no es la del motor.
    """
    ours = (MuelleError, docker.errors.DockerException, requests.exceptions.RequestException)
    return isinstance(exc, ours) and isinstance(explain(exc), EngineUnavailable)


def said(exc: BaseException) -> str:
    """Lo que dijo el motor en un error, en una línea y sin la dirección HTTP que le añade el SDK."""
    return _one_line(str(getattr(exc, "explanation", None) or exc))


def is_full_disk(text: str) -> bool:
    """Si lo que dice el motor es que se llenó el disco."""
    return "no space left on device" in text.lower()


def _causes(exc: BaseException) -> Iterator[BaseException]:
    """El error, los que lleva dentro y los que lo causaron, sin repetir."""
    pending: list[BaseException] = [exc]
    seen: set[int] = set()
    while pending and len(seen) < _DEPTH:
        current = pending.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        inner = [*current.args, getattr(current, "reason", None), current.__cause__, current.__context__]
        pending += [item for item in inner if isinstance(item, BaseException)]


def _is_nameless_api_error(exc: BaseException) -> bool:
    """El SDK 7.2 lanza `KeyError('message')` si el cuerpo de un error no trae `message` (Podman)."""
    return (
        isinstance(exc, KeyError)
        and exc.args == ("message",)
        and isinstance(exc.__context__, requests.exceptions.HTTPError)
    )


def _full_disk(exc: BaseException) -> MuelleError | None:
    for cause in _causes(exc):
        if (isinstance(cause, OSError) and cause.errno == errno.ENOSPC) or is_full_disk(str(cause)):
            return MuelleError(FULL_DISK)
    return None


def _api_error(exc: BaseException, asked: str | None) -> MuelleError | None:
    """Lo que el motor respondió con un código de error HTTP."""
    if _is_nameless_api_error(exc):
        response = getattr(exc.__context__, "response", None)
        status = response.status_code if response is not None else None
        words = _one_line(_body_text(response.text)) if response is not None else ""
    elif isinstance(exc, docker.errors.APIError):
        status, words = exc.status_code, said(exc)
    else:
        return None
    for row in ANSWERS:
        if row.status in (None, status) and re.search(row.words, words, re.IGNORECASE):
            sentence = row.named if asked and row.named else row.sentence
            code = f"HTTP {status}" if status else "error"
            return row.kind(sentence.format(said=words, asked=asked, code=code))
    return None


def _docker_error(exc: BaseException) -> MuelleError | None:
    """Los errores que pone el propio SDK."""
    if isinstance(exc, docker.errors.ContainerError):
        wrote = _one_line((exc.stderr or b"").decode("utf-8", "replace"))
        detail = f" y escribió: «{wrote}»" if wrote else ""
        return MuelleError(f"El proceso del contenedor acabó con código {exc.exit_status}{detail}.")
    if isinstance(exc, docker.errors.BuildError):
        return MuelleError(f"La construcción de la imagen falló: «{_one_line(str(exc.msg))}».")
    if isinstance(exc, docker.errors.NullResource):
        return NotFound("Falta decir un nombre de imagen o de contenedor.")
    if isinstance(exc, docker.errors.InvalidVersion):
        return EngineUnavailable(
            "El motor es demasiado antiguo para el curso: instala Docker 20.10 o posterior "
            f"(la biblioteca dice: «{_one_line(str(exc))}»)."
        )
    if isinstance(exc, docker.errors.TLSParameterError):
        return EngineUnavailable(
            "Faltan los archivos TLS de la conexión: revisa DOCKER_CERT_PATH, "
            "que debe contener ca.pem, cert.pem y key.pem."
        )
    if isinstance(exc, docker.errors.DockerException) and type(exc) is not docker.errors.DockerException:
        return MuelleError(f"La biblioteca de Docker no admite lo que se le pide: «{said(exc)}».")
    return None


def _how_to_join(at: str) -> str:
    """Qué hacer sin permiso, según de quién sea el socket."""
    return HOW_TO_JOIN_PODMAN if "podman" in at.lower() else HOW_TO_JOIN


def _transport_error(exc: BaseException, at: str) -> MuelleError | None:
    """Lo que falló por el camino, antes de que el motor respondiera o a mitad de respuesta."""
    table = on_the_way()
    for cause in _causes(exc):
        row = _row(table, cause)
        if row is not None:
            return row.kind(row.sentence.format(at=at, join=_how_to_join(at)))
    return None


def _row(table: tuple[Broken, ...], cause: BaseException) -> Broken | None:
    # Para urllib3 no poder conectar es una clase de plazo agotado; su causa dice la verdad.
    if isinstance(cause, urllib3.exceptions.NewConnectionError):
        return None
    cut = isinstance(cause, (urllib3.exceptions.ProtocolError, requests.exceptions.ChunkedEncodingError))
    found = next((row for row in table if isinstance(cause, row.causes)), None)
    return table[-1] if found is None and cut and not _has_inner(cause) else found


def _has_inner(exc: BaseException) -> bool:
    return any(isinstance(item, BaseException) for item in (*exc.args, exc.__cause__, exc.__context__))


def _other(exc: BaseException, at: str) -> MuelleError:
    text = str(exc)
    if "paramiko" in text:
        return EngineUnavailable(
            "Para hablar con un motor por SSH falta una biblioteca: escribe `.venv/bin/pip install paramiko`."
        )
    if any(
        isinstance(cause, (json.JSONDecodeError, ValueError, KeyError)) or _has_no_version(cause)
        for cause in _causes(exc)
    ):
        return EngineUnavailable(f"Lo que responde{at} no es un motor de Docker: revisa la dirección.")
    if "Invalid bind address" in text or "not implemented" in text or "only supported on Windows" in text:
        return bad_address(at)
    return EngineUnavailable(f"No se puede hablar con el motor{at}: «{_one_line(text)}».")


def _has_no_version(exc: BaseException) -> bool:
    """A un servidor web cualquiera no se le puede preguntar la versión: responde 4xx."""
    response = exc.response if isinstance(exc, requests.exceptions.HTTPError) else None
    return response is not None and 400 <= response.status_code < 500


def bad_address(at: str = "") -> EngineUnavailable:
    """La frase para una dirección mal escrita."""
    return EngineUnavailable(
        f"La dirección del motor{at} no se entiende: "
        "usa unix:///ruta, tcp://máquina:puerto o ssh://usuario@máquina."
    )


def _body_text(body: str) -> str:
    try:
        data = json.loads(body)
    except ValueError:
        return body
    if isinstance(data, dict):
        return str(data.get("message") or data.get("cause") or data.get("response") or body)
    return body


def _one_line(text: str, limit: int = 300) -> str:
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= limit else line[: limit - 1] + "…"
