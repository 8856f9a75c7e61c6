"""De un error de `docker` o `requests` a una frase en español."""

from __future__ import annotations

import errno
import json
import socket
from collections.abc import Iterator
from http.client import HTTPException

import docker.errors
import requests.exceptions
import urllib3.exceptions

from muelle.errors import EngineDenied, EngineUnavailable, MuelleError, NameTaken, NotFound

_DEPTH = 12

HOW_TO_START = "escribe `./curso motor arrancar`, o `./curso diagnostico` para saber qué falta"
HOW_TO_JOIN = (
    "escribe `sudo usermod -aG docker $USER` y después `newgrp docker`, "
    "o pide permiso a quien administra la máquina"
)


def explain(exc: BaseException, where: str | None = None) -> MuelleError | None:
    """La frase que explica un error del motor, o None si el error no es suyo.

    Args:
        exc: lo que se lanzó; se miran también sus causas.
        where: la dirección del motor, para nombrarla.

    Returns:
        Un error de `muelle.errors`, sin lanzar; None si no se reconoce.
    """
    if isinstance(exc, MuelleError):
        return exc
    if not isinstance(exc, (docker.errors.DockerException, requests.exceptions.RequestException)) and not (
        _is_nameless_api_error(exc)
        or isinstance(exc, (urllib3.exceptions.HTTPError, HTTPException, ConnectionError))
    ):
        return _full_disk(exc)
    at = f" en {where}" if where else ""
    return (
        _full_disk(exc)
        or _api_error(exc)
        or _docker_error(exc)
        or _transport_error(exc, at)
        or _other(exc, at)
    )


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
        if (isinstance(cause, OSError) and cause.errno == errno.ENOSPC) or (
            "no space left on device" in str(cause).lower()
        ):
            return MuelleError(
                "El disco está lleno y no se puede guardar nada más: "
                "libera espacio (`./curso limpiar` quita lo que creó el curso) y repite."
            )
    return None


def _api_error(exc: BaseException) -> MuelleError | None:
    """Lo que el motor respondió con un código de error HTTP."""
    if _is_nameless_api_error(exc):
        response = getattr(exc.__context__, "response", None)
        status = response.status_code if response is not None else None
        said = _body_text(response.text) if response is not None else ""
    elif isinstance(exc, docker.errors.APIError):
        status, said = exc.status_code, str(exc.explanation or exc)
    else:
        return None
    said = _one_line(said)
    low = said.lower()
    if "client version" in low and "too old" in low:
        return EngineUnavailable(
            "El motor es más nuevo de lo que entiende la biblioteca del curso: "
            f"vuelve a preparar el curso con `./curso diagnostico` (el motor dice: «{said}»)."
        )
    if isinstance(exc, docker.errors.ImageNotFound) or (status == 404 and "no such image" in low):
        return NotFound(
            f"El motor no tiene esa imagen: mira cuáles hay con `docker image ls` (dice: «{said}»)."
        )
    if status == 404:
        return NotFound(f"El motor no encuentra lo que se pide: revisa el nombre (dice: «{said}»).")
    if status == 409 and ("already in use" in low or "already exists" in low or "name" in low):
        return NameTaken(
            f"Ese nombre ya está en uso: elige otro o borra lo que lo tiene (el motor dice: «{said}»)."
        )
    if status == 409:
        return MuelleError(f"El motor no puede hacerlo en el estado actual: «{said}».")
    code = f"HTTP {status}" if status else "error"
    return MuelleError(f"El motor rechazó la petición ({code}) y da este motivo: «{said}».")


def _docker_error(exc: BaseException) -> MuelleError | None:
    """Los errores que pone el propio SDK."""
    if isinstance(exc, docker.errors.ContainerError):
        said = _one_line((exc.stderr or b"").decode("utf-8", "replace"))
        detail = f" y escribió: «{said}»" if said else ""
        return MuelleError(f"El proceso del contenedor acabó con código {exc.exit_status}{detail}.")
    if isinstance(exc, docker.errors.BuildError):
        return MuelleError(f"La construcción de la imagen falló: «{_one_line(str(exc.msg))}».")
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
    return None


def _transport_error(exc: BaseException, at: str) -> MuelleError | None:
    """Lo que falló por el camino, antes de que el motor respondiera o a mitad de respuesta."""
    for cause in _causes(exc):
        if isinstance(cause, PermissionError):
            return EngineDenied(f"El motor{at} existe, pero tu usuario no tiene permiso: {HOW_TO_JOIN}.")
        if isinstance(cause, FileNotFoundError):
            return EngineUnavailable(f"No hay ningún motor{at} (el socket no existe): {HOW_TO_START}.")
        if isinstance(cause, ConnectionRefusedError):
            return EngineUnavailable(f"Nadie escucha{at}: el motor está parado; {HOW_TO_START}.")
        if isinstance(cause, socket.gaierror):
            return EngineUnavailable(
                f"No se encuentra la máquina del motor{at}: revisa el nombre de DOCKER_HOST."
            )
        if isinstance(cause, (requests.exceptions.SSLError, urllib3.exceptions.SSLError)):
            return EngineUnavailable(
                f"La conexión TLS con el motor{at} no se pudo acordar: "
                "revisa los certificados y DOCKER_TLS_VERIFY."
            )
        # Para urllib3 no poder conectar es una clase de plazo agotado; su causa dice la verdad.
        if isinstance(
            cause, (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)
        ) and not isinstance(cause, urllib3.exceptions.NewConnectionError):
            return EngineUnavailable(
                f"El motor{at} no respondió a tiempo: "
                "comprueba que sigue en marcha con `./curso diagnostico`."
            )
        if isinstance(cause, (ConnectionResetError, BrokenPipeError, HTTPException)) or (
            isinstance(cause, (urllib3.exceptions.ProtocolError, requests.exceptions.ChunkedEncodingError))
            and not _has_inner(cause)
        ):
            return EngineUnavailable(
                f"El motor{at} cortó la conversación a mitad: si se paró, {HOW_TO_START}, y repite."
            )
    return None


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
